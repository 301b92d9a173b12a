"""What a check finds against a claim."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    # Refuse a claim:
    "citation",  # no citation, or a marker that names no sentence
    "quote",  # a quotation that isn't the words cited
    "unreadable",  # too long, or without a word
    "instruction",  # an order or a claim about the evidence, as the claim or as all that it cites
    "unrelated",  # not one word of content from what is cited
    "number",  # a number that the evidence neither has nor gives by computation
    "place",  # an ordinal in digits that the evidence lacks
    "pairing",  # a number that the evidence gives to another thing
    "name",  # a name that no paper cited has
    "label",  # a table's label that names what isn't cited
    # Caution:
    "language",  # not English: the meaning was not checked
    "overclaim",
    "negation",
    "role_swap",
    "overlap",  # few words in common
]
"""What a finding is about. Decide by this, never by the words of a finding."""


class Finding(NamedTuple):
    """One thing that speaks against a claim. text: a short sentence for readers and for a model.

    It never says which figure would be right: a model that repairs a claim has to find it in the source.
    """

    kind: Kind
    text: str
