"""A chat model's reply as sentences with markers, whatever form it comes in."""
