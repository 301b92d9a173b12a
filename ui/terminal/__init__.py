"""The commands of the terminal: options in, text or JSON out."""
