"""`footnote feedback`: options in, files and a line of text out; the rest is elsewhere."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from footnote.console import err

feedback_app = typer.Typer(help="Readers' feedback on answers.", no_args_is_help=True)


@feedback_app.callback()
def feedback() -> None:
    """Readers' feedback on answers."""


@feedback_app.command()
def export(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write to.", file_okay=False)],
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DATE", formats=["%Y-%m-%d"], help="Given from then on (UTC)."),
    ] = None,
) -> None:
    """Write readers' feedback as a question set, cases.jsonl, and as pairs of answers, preferences.jsonl.

    Cases are for `footnote eval run --questions`. Pairs have "prompt", "chosen" and "rejected". Both hold
    the words of readers, and nothing that says whose they are.
    """
    from footnote.eval.feedback.export import CASES, PREFERENCES, export_feedback
    from footnote.rag.export import printable
    from footnote.rag.opening import conversations_of
    from footnote.rag.settings import load_settings
    from footnote.store.chats.conversations import FILE
    from footnote.store.chats.feedback import Feedback
    from footnote.store.library import Library

    settings = load_settings()
    if settings.conversations_url is None and not (settings.home / FILE).exists():
        err.print(Text(f"Nothing to export: there are no conversations in {printable(str(settings.home))}."))
        return
    with ExitStack() as opened:
        kept = opened.enter_context(closing(conversations_of(settings)))
        library = opened.enter_context(closing(Library(settings.library)))
        moment = since.replace(tzinfo=UTC) if since else None
        done = export_feedback(Feedback(kept), library.catalog.papers, out, since=moment)
    for reason in done.skipped:
        err.print(Text(f"left out: {printable(reason)}"))
    if not (done.cases or done.preferences or done.skipped):
        when = f" since {since:%Y-%m-%d}" if since else ""
        err.print(
            Text(f"Nothing to export: no reader marked an answer as good or named what it lacks{when}.")
        )
        return
    for count, what, name in ((done.cases, "cases", CASES), (done.preferences, "pairs", PREFERENCES)):
        line = f"{count} {what} in {out / name}" if count else f"no {what}: {name} isn't written"
        if not count and (out / name).exists():
            line += "; the one that is there is from an earlier export"
        err.print(Text(printable(line)))
