"""What a check finds against a claim."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "citation",  # no citation, or a marker that names no sentence
    "quote",  # a quotation that isn't the words cited
    "unreadable",  # too long, or without a word
    "instruction",  # an order to the reader, in the claim or in all that it cites
    "language",  # not English: the meaning was not checked
    "number",  # a number that the evidence lacks
    "place",  # an ordinal that the evidence lacks
    "other_number",  # a number where the sentence, the same but for that, has another
    "number_alignment",  # the number of another thing
    "name",  # a name that the evidence lacks
    "other_name",  # a name where the sentence, the same but for that, has another
    "role_swap",
    "negation",
    "antonym",  # an antonym where the sentence, the same but for that, has the word
    "direction",
    "comparison",
    "requirement",
    "overclaim",
    "closeness",
    "label",  # a table's label that names what isn't cited
    "judge",  # a chat model's judgement
]
"""What a finding is about. Decide by this, never by the words of a finding."""


class Finding(NamedTuple):
    """One reason for a verdict. text: a short sentence for readers and for a model that repairs the claim."""

    kind: Kind
    text: str
