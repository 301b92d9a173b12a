"""The reader profile: how an answer is to be written, never what counts as support."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from footnote.store.papers import Frozen

Level = Literal["default", "newcomer", "expert"]
Length = Literal["default", "short", "long"]


class Reader(Frozen):
    """For whom an answer is written.

    language: in English words ("German"); empty: the language of the question. instructions:
    standing wishes in the reader's words ("numbers first"). Quotes stay in the papers' language.
    """

    level: Level = "default"
    length: Length = "default"
    language: str = Field("", max_length=40)
    instructions: str = Field("", max_length=500)

    @field_validator("language", "instructions")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return " ".join(text.split())
