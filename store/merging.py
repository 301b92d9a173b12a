"""What a further record of a known paper changes in it: the fuller value wins, field by field. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from footnote.store.identity import Identity, texts_agree
from footnote.store.paper_records import DETAILS
from footnote.store.papers import Listing, title_key

_KEPT_PART = 0.8
"""A corrected abstract has at least this part of the words of the one that it replaces."""
_FULLER = 1.2


def changes(
    known: Mapping[str, Any], before: Identity, listing: Listing, *, corrects: bool, identified: bool
) -> dict[str, Any]:
    """The columns of `papers` that `listing` changes, with their new values.

    known: the paper's columns; before: the same as an identity. corrects: the listing comes from where the
    paper's values came from, and replaces them. identified: an identifier says that it is this paper, so a
    text that differs is a newer version of it.
    """
    changed: dict[str, Any] = {}
    for name in DETAILS:
        new, old = plain(getattr(listing, name)), known[name]
        if name != "sections" and new and new != old and (not old or _replaces(name, new, old, corrects)):
            changed[name] = new
    if _is_better_text(before, listing, corrects or identified):
        changed |= {"abstract": listing.abstract, "sections": plain(listing.sections)}
    if corrects and (key := title_key(listing.title)) != known["title_key"]:
        changed |= {"title": listing.title, "title_key": key}
    return changed


def _replaces(name: str, new: Any, old: Any, corrects: bool) -> bool:
    if name == "date":
        return _date_replaces(new, old, corrects)
    if name in ("author_count", "arxiv_version"):
        return bool(new > old or corrects)
    if name in ("authors", "keywords"):
        return corrects or _size(new) > _size(old)
    return corrects


def _date_replaces(new: str, old: str, corrects: bool) -> bool:
    if new.startswith(old) or (old.startswith("--") and new[4:] == old[1:]):
        return True
    return corrects and not old.startswith(new) and not new.startswith("--")


def _size(names: Sequence[str]) -> tuple[int, int]:
    """Of two lists the longer one is fuller, or else the one with more letters ("Anna" over "A.")."""
    return len(names), sum(map(len, names))


def _is_better_text(before: Identity, listing: Listing, is_newer: bool) -> bool:
    old, new = (re.findall(r"\w+", text.casefold()) for text in (before.abstract, listing.abstract))
    if old == new:
        return False
    if is_newer:
        return len(new) >= _KEPT_PART * len(old)
    after = Identity(title=listing.title, abstract=listing.abstract)
    return len(new) >= _FULLER * len(old) and texts_agree(before, after)


def plain(value: Any) -> Any:
    """`value` as a JSON column takes it."""
    if isinstance(value, tuple):
        return [item.model_dump() if hasattr(item, "model_dump") else item for item in value]
    return value
