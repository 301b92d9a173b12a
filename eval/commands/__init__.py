"""The commands `footnote eval`, `bench`, `feedback` and `verify`: options in, tables or JSON out."""
