"""The reader profile: how an answer is written, which never changes what counts as support."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from footnote.store.papers import Frozen

Level = Literal["default", "newcomer", "expert"]
Length = Literal["default", "short", "long"]


class Reader(Frozen):
    """The reader that an answer is written for.

    language: its English name ("German"); empty: the language of the question. instructions: the
    reader's own, for all answers ("numbers first"). Quotes remain in the papers' language.
    """

    level: Level = "default"
    length: Length = "default"
    language: str = Field("", max_length=40)
    instructions: str = Field("", max_length=500)

    @field_validator("language", "instructions")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return " ".join(text.split())
