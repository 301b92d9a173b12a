"""The report on uploaded files. Pure: text in, safe HTML out, as in `ui.chat.render`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from footnote.store.display import plain_text
from footnote.store.errors import CorpusError
from footnote.store.ingest import FileReport
from footnote.store.recording import FIRST_TITLES
from footnote.ui.add import strings
from footnote.ui.add.add_papers import AddProgress
from footnote.ui.add.removal import short_title
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
        now = strings.ADD_READING if reading else strings.ADD_WAITING
        if reading and progress.read:
            now = strings.ADD_READING_RECORDS.format(count=f"{progress.read:,}")
        items.append(_item(name, encode(now)))
    items += [_item(error.source, encode(strings.ADD_REFUSED_FILE), [error]) for error in progress.refused]
    summary = _summary(progress) if progress.preview and progress.done and progress.changes_library else ""
    state = f'<p class="fn-adding">{encode(_state(progress))}</p>'
    return f'<ul class="fn-added">{"".join(items)}</ul>{state}{summary}'


def _summary(progress: AddProgress) -> str:
    """What adding the files would do, as a list of counts and the first titles."""
    reports = progress.reports
    records = sum(report.listings + report.titles + report.refused_count for report in reports)
    warnings = sum((Counter(report.warnings) for report in reports), Counter[str]())
    counts = (
        (strings.ADD_RECORDS, records),
        (strings.ADD_WITH_ABSTRACT, sum(report.listings for report in reports)),
        (strings.ADD_FIELD_NEW, sum(len(report.added) for report in reports)),
        (strings.ADD_FIELD_BACK, sum(len(report.restored) for report in reports)),
        (strings.ADD_FIELD_CHANGED, sum(len(report.changed) for report in reports)),
        (strings.ADD_FIELD_KNOWN, sum(len(report.merged) for report in reports)),
        (strings.ADD_FIELD_DIFFERING, sum(len(report.differing) for report in reports)),
        (strings.ADD_FIELD_REFUSED, sum(report.refused_count for report in reports)),
    )
    rows = [(name, f"{count:,}") for name, count in counts if count or name == strings.ADD_FIELD_NEW]
    if warnings:
        rows.append((strings.ADD_FIELD_WARNINGS, _by_field(warnings)))
    listed = "".join(f"<dt>{encode(name)}</dt><dd>{encode(value)}</dd>" for name, value in rows)
    titles = [title for report in reports for title in report.first_titles][:FIRST_TITLES]
    shown = "".join(f"<li><bdi>{encode(short_title(plain_text(title)))}</bdi></li>" for title in titles)
    first = f"<p>{encode(strings.ADD_FIRST_TITLES)}</p><ol>{shown}</ol>" if shown else ""
    return f'<dl class="fn-preview">{listed}</dl>{first}'


def _by_field(warnings: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({count:,})" for name, count in Counter(warnings).most_common())


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
    if progress.preview and progress.changes_library:
        return strings.ADD_PREVIEW
    if progress.added:
        return strings.ADD_DONE_NEW.format(new=counted(strings.ADD_NEW_PAPERS, len(progress.added)))
    return strings.ADD_DONE_KNOWN if progress.papers else strings.ADD_DONE_NONE


def _file(file: FileReport) -> str:
    parts = [
        f'<span title="{encode(tip)}">{encode(words.format(count=f"{len(papers):,}"))}</span>'
        for words, tip, papers in (
            (strings.ADD_NEW, "", file.added),
            (strings.ADD_BACK, strings.ADD_BACK_TIP, file.restored),
            (strings.ADD_CHANGED, strings.ADD_CHANGED_TIP, file.changed),
            (strings.ADD_MERGED, strings.ADD_MERGED_TIP, file.merged),
            (strings.ADD_DIFFERING, strings.ADD_DIFFERING_TIP, file.differing),
        )
        if papers
    ]
    if file.titles:
        parts.append(encode(strings.ADD_TITLES.format(count=f"{file.titles:,}")))
    if file.warnings:
        parts.append(encode(strings.ADD_WARNINGS.format(fields=_by_field(file.warnings))))
    if file.refused and (file.listings or file.titles):
        parts.append(encode(strings.ADD_REFUSED.format(count=f"{file.refused_count:,}")))
    elif file.refused:
        parts.append(encode(strings.ADD_REFUSED_FILE))
    return _item(file.file, " · ".join(parts), file.refused, file.refused_count)


def _item(name: str, result: str, refused: Sequence[CorpusError] = (), refused_count: int = 0) -> str:
    errors = refused[:_ERRORS_SHOWN]
    lines = "".join(f"<li>{_refusal(error)}</li>" for error in errors)
    if refused_count > len(errors):
        more = strings.ADD_REFUSED_MORE.format(count=f"{refused_count - len(errors):,}")
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
