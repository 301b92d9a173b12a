"""Data to measure with: BEIR folders, gold papers and quotes, recombined abstracts."""
