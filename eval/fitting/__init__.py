"""How the fitted numbers of the product are made."""
