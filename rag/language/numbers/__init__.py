"""Numbers in English text, with their units: in digits, in words, as fractions, multiples and ordinals."""

from footnote.rag.language.numbers.agreement import agrees, missing
from footnote.rag.language.numbers.measures import measure
from footnote.rag.language.numbers.quantities import Bound, Quantity, quantities
from footnote.rag.language.numbers.words import bounds_number, implied_counts, is_number_word, ordinals

__all__ = [
    "Bound", "Quantity", "agrees", "bounds_number", "implied_counts", "is_number_word", "measure", "missing",
    "ordinals", "quantities",
]  # fmt: skip
