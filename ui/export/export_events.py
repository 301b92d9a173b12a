"""Exports on the page: a request of the browser in, a message for the browser out.

`static/export.js` writes which button was clicked, as an `ExportRequest`, into a hidden textbox, and reads
the reply from another: a file to save, text to copy, or a notice to show.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from gradio.components import Component
from pydantic import Field, ValidationError

from footnote.store.papers import Frozen
from footnote.ui import strings
from footnote.ui.components import QUIET, hidden_textbox
from footnote.ui.export.downloads import ExportError, ExportFormat, ExportSource, clipboard, prepare
from footnote.ui.export.export_bar import WHOLE

log = logging.getLogger(__name__)

_MAX_REQUEST_CHARS = 200


class ExportRequest(Frozen):
    """Which button was clicked. n: a counter, so that no request equals the one before it."""

    kind: ExportFormat | Literal["copy"]
    turn: Annotated[int, Field(ge=WHOLE, le=1_000_000)]
    n: Annotated[int, Field(ge=0, le=1_000_000_000)]


def build(source: Callable[..., ExportSource], inputs: Sequence[Component]) -> None:
    """Creates the two textboxes and their event, within the Blocks that are open.

    source: makes what can be exported from the values of `inputs`.
    """
    request, message = hidden_textbox("fn-export-request"), hidden_textbox("fn-export-message")

    # All in one `*given`: Gradio counts named parameters, and passes nothing to `*values` after them.
    def reply(*given: Any) -> str:
        text, *values = given
        return respond(text, source(*values))

    # Not `.input`: in Gradio 6.31 that waits for a key to be pressed.
    request.change(reply, [request, *inputs], message, trigger_mode="multiple", **QUIET)


def respond(text: str | None, source: ExportSource) -> str:
    """The message for the browser, as JSON. text: an `ExportRequest` as JSON. Raises nothing."""
    request = read_request(text)
    if request is None:
        return _message(do="show", notice=strings.EXPORT_BROKEN)
    answers = [source.answers[n] for n in sorted(source.answers) if request.turn in (WHOLE, n)]
    title: str | None = None
    if request.turn == WHOLE and answers:
        title = source.title or answers[0].question
    try:
        if request.kind == "copy":
            return _message(
                do="copy",
                text=clipboard(answers, title=title),
                notice=strings.COPIED,
                failed=strings.COPY_FAILED,
                again=strings.COPY_AGAIN,
            )
        made = prepare(request.kind, answers, title=title, created=source.created)
    except ExportError as error:
        return _message(do="show", notice=str(error))
    except Exception:  # Gradio would draw "Error" over the page
        log.exception("An export failed")
        return _message(do="show", notice=strings.EXPORT_BROKEN)
    notice = strings.SAVED.format(name=made.filename)
    return _message(do="save", filename=made.filename, mime=made.mime, text=made.text, notice=notice)


def read_request(text: str | None) -> ExportRequest | None:
    """The request in `text`; None, with a line in the log, if it is invalid."""
    if text is None or len(text) > _MAX_REQUEST_CHARS:
        log.warning(
            "a browser sent %s instead of an export request", "nothing" if text is None else "too much"
        )
        return None
    try:
        return ExportRequest.model_validate_json(text)
    except ValidationError as error:
        log.warning("a browser sent an invalid export request: %s", error.errors()[0]["msg"])
        return None


def _message(**parts: str) -> str:
    # The id makes each message different: a textbox whose text stays the same sends no event.
    return json.dumps({"id": secrets.token_hex(8), **parts})
