"""The prompts: one text file each, rendered strictly, each with a hash that runs record.

Placeholders are `$name`, so that braces of JSON in a prompt stay as they are. A missing
or unknown name is an error: a misspelt one must never reach a model.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
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


_folder: Path | None = None


def use_folder(folder: Path | None) -> None:
    """From now on, reads prompts from the files of `folder`, and those that it lacks as they ship.

    None: all as they ship. Raises PromptError for a folder without a prompt, a file that no prompt is named
    like, or one with other placeholders than the prompt that ships.
    """
    global _folder
    shipped = {name: _read(_shipped(name), name) for name in names()}
    own = sorted(folder.glob("*.txt")) if folder else []
    if folder and not own:
        raise PromptError(f"{folder} holds no prompt: copy files there from {files(__name__)}")
    for path in own:
        if path.stem not in shipped:
            raise PromptError(f"{path}: there is no prompt {path.stem!r}; known: {', '.join(names())}")
        placeholders = _read(path, path.stem).placeholders
        if placeholders != (needed := shipped[path.stem].placeholders):
            have, need = (", ".join(sorted(each)) or "none" for each in (placeholders, needed))
            raise PromptError(f"{path}: it must have the placeholders {need}, and has {have}")
    _folder = folder
    load.cache_clear()


def names() -> tuple[str, ...]:
    """The name of every prompt, in order."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in found if name.endswith(".txt")))


@cache
def load(name: str) -> Prompt:
    """The prompt in `NAME.txt`; raises PromptError where there is none, or a stray `$` in it."""
    if name not in names():
        raise PromptError(f"there is no prompt {name!r}; known: {', '.join(names())}")
    own = _folder / f"{name}.txt" if _folder else None
    return _read(own if own and own.is_file() else _shipped(name), name)


def _shipped(name: str) -> Traversable:
    return files(__name__).joinpath(f"{name}.txt")


def _read(file: Path | Traversable, name: str) -> Prompt:
    text = file.read_text(encoding="utf-8").strip()
    if not Template(text).is_valid():
        raise PromptError(f"prompt {name} has a $ that starts no name; write $$ for a dollar sign")
    return Prompt(name, text)
