"""How an author is written in the library, and read for people. Pure.

"Family, Given" ("Köhler, Anna M."), "Family, Jr., Given" with a suffix, "{Name}" for a group, as BibTeX has
it ("{World Health Organization}"); a name of one word stands alone ("Plato", "OpenAI"). Readers write every
name so, however their files do (`store.readers.names`); papers that were added before that may also have
"Anna M. Köhler".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

# Parts that belong to the family name after them where a name isn't split: "Ludwig van Beethoven".
PARTICLES = frozenset("van von der den de la le del della di da dos du ten ter zu bin ibn al el".split())
SUFFIXES = frozenset("jr jr. sr sr. ii iii iv".split())


def is_group(author: str) -> bool:
    """Whether it is a group: its name has no parts."""
    return author.startswith("{") and author.endswith("}")


class NameParts(NamedTuple):
    """Of a group, its name is the family name. suffix: "Jr."; "" where there is none."""

    family: str
    given: str
    suffix: str


def parts(author: str) -> NameParts:
    """The parts of a name.

    Where the source doesn't tell, the family name is the last word with the particles before it.
    """
    if is_group(author):
        return NameParts(author[1:-1], "", "")
    family, comma, given = (part.strip() for part in author.partition(","))
    if comma:
        suffix, second, rest = (part.strip() for part in given.partition(","))
        return NameParts(family, rest, suffix) if second else NameParts(family, given, "")
    words = author.split()
    suffix = words.pop() if len(words) > 2 and words[-1].lower() in SUFFIXES else ""
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in PARTICLES:
        first -= 1
    return NameParts(" ".join(words[first:]), " ".join(words[:first]), suffix)


def written(name: NameParts) -> str:
    """The name of a person as the library keeps it."""
    return ", ".join(filter(None, (name.family, name.suffix, name.given)))


def displayed(author: str) -> str:
    """The author as people read it: "Anna M. Köhler", "World Health Organization"."""
    if "," not in author and not is_group(author):
        return author.strip()
    name = parts(author)
    return " ".join(filter(None, (name.given, name.family, name.suffix)))


def short_byline(authors: Sequence[str], count: int | None = None) -> str:
    """Who a text is cited by: "Zhao", "Zhao and Li", "Zhao et al."; "" without authors.

    count: how many authors there are, where more than are named.
    """
    if not authors:
        return ""
    total = max(count or 0, len(authors))
    first = parts(authors[0]).family
    if total == 1:
        return first
    return (
        f"{first} and {parts(authors[1]).family}" if total == 2 and len(authors) == 2 else f"{first} et al."
    )
