"""What readers said, as question sets and pairs of answers."""
