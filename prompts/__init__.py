"""The prompts: one text file each, rendered strictly, each with a hash that runs record.

Placeholders are `$name`, so that braces of JSON in a prompt stay as they are. A missing
or unknown name is an error: a misspelt one must never reach a model.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template


class PromptError(ValueError):
    """A prompt doesn't exist, or its placeholders and the values given don't match."""


@dataclass(frozen=True)
class Prompt:
    """The text of one file, with `$name` where values go."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that `render` needs."""
        return frozenset(Template(self.text).get_identifiers())

    def render(self, **values: str) -> str:
        """The text with every placeholder filled in; a `$` inside a value stays as it is.

        Raises PromptError that names every missing and every unknown value.
        """
        missing, surplus = self.placeholders - values.keys(), values.keys() - self.placeholders
        problems = [
            f"{what} {', '.join(sorted(which))}"
            for what, which in (("lacks", missing), ("has no place for", surplus))
            if which
        ]
        if problems:
            raise PromptError(f"prompt {self.name} {' and '.join(problems)}")
        return Template(self.text).substitute(values)


def names() -> tuple[str, ...]:
    """The name of every prompt, in order."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in found if name.endswith(".txt")))


@cache
def load(name: str) -> Prompt:
    """The prompt in `NAME.txt`; raises PromptError where there is none, or a stray `$` in it."""
    if name not in names():
        raise PromptError(f"there is no prompt {name!r}; known: {', '.join(names())}")
    text = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").strip()
    if not Template(text).is_valid():
        raise PromptError(f"prompt {name} has a $ that starts no name; write $$ for a dollar sign")
    return Prompt(name, text)
