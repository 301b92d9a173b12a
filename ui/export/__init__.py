"""Export of answers and conversations."""
