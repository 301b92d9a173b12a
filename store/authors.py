"""How an author is written in the library, and read for people. Pure.

"Family, Given" where the source tells the parts of a name apart; "{Name}" for a group, as BibTeX has it
("{World Health Organization}"); "Family, Jr., Given" with a suffix; anything else stands as the
source gives it ("Anna M. Köhler").
"""

from __future__ import annotations

from collections.abc import Sequence

# Parts that belong to the family name after them where a name isn't split: "Ludwig van Beethoven".
PARTICLES = frozenset("van von der den de la le del della di da dos du ten ter zu bin ibn al el".split())
SUFFIXES = frozenset("jr jr. sr sr. ii iii iv".split())


def is_group(author: str) -> bool:
    """Whether it is a group: its name has no parts."""
    return author.startswith("{") and author.endswith("}")


def parts(author: str) -> tuple[str, str]:
    """Family name and given names; of a group, its name and "".

    Where the source doesn't tell, the family name is the last word with the particles before it.
    """
    if is_group(author):
        return author[1:-1], ""
    family, comma, given = (part.strip() for part in author.partition(","))
    if comma:
        suffix, second, rest = (part.strip() for part in given.partition(","))
        if rest.lower() in SUFFIXES:  # "Faggion, C. M., Jr."
            suffix, rest = rest, suffix
        return (f"{family} {suffix}", rest) if second else (family, given)
    words = author.split()
    after = [words.pop()] if len(words) > 2 and words[-1].lower() in SUFFIXES else []
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in PARTICLES:
        first -= 1
    return " ".join(words[first:] + after), " ".join(words[:first])


def displayed(author: str) -> str:
    """The author as people read it: "Anna M. Köhler", "World Health Organization"."""
    family, given = parts(author) if "," in author or is_group(author) else (author, "")
    return f"{given} {family}".strip()


def short_byline(authors: Sequence[str], count: int | None = None) -> str:
    """Who a text is cited by: "Zhao", "Zhao and Li", "Zhao et al."; "" without authors.

    count: how many authors there are, where more than are named.
    """
    if not authors:
        return ""
    total = max(count or 0, len(authors))
    first = parts(authors[0])[0]
    if total == 1:
        return first
    return f"{first} and {parts(authors[1])[0]}" if total == 2 and len(authors) == 2 else f"{first} et al."
