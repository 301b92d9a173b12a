"""What became of dropped files. Pure: text in, safe HTML out (see `ui.chat.render` on what kind)."""

from __future__ import annotations

from collections.abc import Iterable

from footnote.store.errors import CorpusError
from footnote.store.ingest import FileReport
from footnote.ui import strings
from footnote.ui.add.adding import Adding
from footnote.ui.escape import encode, sound

_REFUSED_SHOWN = 20
_REASON_CHARS = 400


def report(adding: Adding) -> str:
    """All files of one drop: how far each is, what it gave, and what of it was refused."""
    items = [_file(report) for report in adding.reports]
    for name in adding.names[len(adding.reports) :]:
        # Recorded one after the other: only the first of the rest is under way.
        reading = len(items) == len(adding.reports) and not (adding.done or adding.trouble or adding.waits)
        items.append(_item(name, encode(strings.ADD_READING if reading else strings.ADD_WAITING)))
    items += [_item(error.source, encode(strings.ADD_REFUSED_FILE), [error]) for error in adding.refused]
    return f'<ul class="fn-added">{"".join(items)}</ul><p class="fn-adding">{encode(_state(adding))}</p>'


def _state(adding: Adding) -> str:
    if adding.trouble:
        return adding.trouble
    if adding.waits:
        return strings.ADD_WAITS
    if not adding.done:
        if adding.indexing is None:
            return ""
        done, todo = adding.indexing
        return strings.ADD_INDEXING.format(done=f"{done:,}", all=f"{todo:,}")
    if adding.added:
        return strings.ADD_DONE_NEW.format(new=counted(strings.ADD_NEW_PAPERS, len(adding.added)))
    return strings.ADD_DONE_KNOWN if adding.papers else strings.ADD_DONE_NONE


def _file(file: FileReport) -> str:
    parts = [
        f'<span title="{encode(tip)}">{encode(words.format(count=f"{len(papers):,}"))}</span>'
        for words, tip, papers in (
            (strings.ADD_NEW, "", file.added),
            (strings.ADD_BACK, strings.ADD_BACK_TIP, file.restored),
            (strings.ADD_MERGED, strings.ADD_MERGED_TIP, file.merged),
        )
        if papers
    ]
    if file.refused and file.listings:
        parts.append(encode(strings.ADD_REFUSED.format(count=f"{len(file.refused):,}")))
    elif file.refused:
        parts.append(encode(strings.ADD_REFUSED_FILE))
    return _item(file.file, " · ".join(parts), file.refused)


def _item(name: str, said: str, refused: Iterable[CorpusError] = ()) -> str:
    errors = list(refused)
    lines = "".join(f"<li>{_refusal(error)}</li>" for error in errors[:_REFUSED_SHOWN])
    if len(errors) > _REFUSED_SHOWN:
        more = strings.ADD_REFUSED_MORE.format(count=f"{len(errors) - _REFUSED_SHOWN:,}")
        lines += f"<li>{encode(more)}</li>"
    why = f'<ul class="fn-why">{lines}</ul>' if lines else ""
    return f"<li><bdi>{encode(sound(name))}</bdi> <span>{said}</span>{why}</li>"


def _refusal(error: CorpusError) -> str:
    reason = error.reason if len(error.reason) <= _REASON_CHARS else error.reason[: _REASON_CHARS - 1] + "…"
    told = f"<bdi>{encode(sound(reason))}</bdi>"
    if error.line is None:
        return told
    return f"<strong>{encode(strings.ADD_REFUSED_LINE.format(line=error.line))}</strong>: {told}"


def counted(forms: tuple[str, str], count: int) -> str:
    """The form of a phrase for one, or for so many."""
    return forms[count != 1].format(count=f"{count:,}")
