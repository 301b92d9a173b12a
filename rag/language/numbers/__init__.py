"""Numbers in English text, with their units: in digits, in words, as fractions, multiples and ordinals."""

from footnote.rag.language.numbers.agreement import agrees, is_known
from footnote.rag.language.numbers.computed import is_computed
from footnote.rag.language.numbers.currencies import currency_places
from footnote.rag.language.numbers.measures import measure
from footnote.rag.language.numbers.quantities import Bound, Quantity, quantities
from footnote.rag.language.numbers.words import implied_counts, is_number_word, listed_counts, ordinals

__all__ = [
    "Bound", "Quantity", "agrees", "currency_places", "implied_counts", "is_computed", "is_known",
    "is_number_word", "listed_counts", "measure", "ordinals", "quantities",
]  # fmt: skip
