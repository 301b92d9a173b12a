"""The report on uploaded files. Pure: text in, safe HTML out, as in `ui.chat.render`."""

from __future__ import annotations

from collections.abc import Iterable

from footnote.store.errors import CorpusError
from footnote.store.ingest import FileReport
from footnote.ui import strings
from footnote.ui.add.add_papers import AddProgress
from footnote.ui.escape import encode

_ERRORS_SHOWN = 20
_REASON_CHARS = 400


def report(progress: AddProgress) -> str:
    """The files of one upload: the progress of each, its papers, and its errors."""
    items = [_file(report) for report in progress.reports]
    for name in progress.names[len(progress.reports) :]:
        # Files are read one after the other: only the first of the rest is being read.
        reading = len(items) == len(progress.reports) and not (
            progress.done or progress.error or progress.waits
        )
        items.append(_item(name, encode(strings.ADD_READING if reading else strings.ADD_WAITING)))
    items += [_item(error.source, encode(strings.ADD_REFUSED_FILE), [error]) for error in progress.refused]
    return f'<ul class="fn-added">{"".join(items)}</ul><p class="fn-adding">{encode(_state(progress))}</p>'


def _state(progress: AddProgress) -> str:
    if progress.error:
        return progress.error
    if progress.waits:
        return strings.ADD_WAITS
    if not progress.done:
        if progress.indexing is None:
            return ""
        done, todo = progress.indexing
        return strings.ADD_INDEXING.format(done=f"{done:,}", all=f"{todo:,}")
    if progress.added:
        return strings.ADD_DONE_NEW.format(new=counted(strings.ADD_NEW_PAPERS, len(progress.added)))
    return strings.ADD_DONE_KNOWN if progress.papers else strings.ADD_DONE_NONE


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


def _item(name: str, result: str, refused: Iterable[CorpusError] = ()) -> str:
    errors = list(refused)
    lines = "".join(f"<li>{_refusal(error)}</li>" for error in errors[:_ERRORS_SHOWN])
    if len(errors) > _ERRORS_SHOWN:
        more = strings.ADD_REFUSED_MORE.format(count=f"{len(errors) - _ERRORS_SHOWN:,}")
        lines += f"<li>{encode(more)}</li>"
    why = f'<ul class="fn-why">{lines}</ul>' if lines else ""
    return f"<li><bdi>{encode(name)}</bdi> <span>{result}</span>{why}</li>"


def _refusal(error: CorpusError) -> str:
    reason = error.reason if len(error.reason) <= _REASON_CHARS else error.reason[: _REASON_CHARS - 1] + "…"
    html = f"<bdi>{encode(reason)}</bdi>"
    if error.line is None:
        return html
    return f"<strong>{encode(strings.ADD_REFUSED_LINE.format(line=error.line))}</strong>: {html}"


def counted(forms: tuple[str, str], count: int) -> str:
    """The singular or plural form of a phrase, with the count."""
    return forms[count != 1].format(count=f"{count:,}")
