"""How answers are to be made, as a reader sets it on the page: profile, papers, threshold, model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from rag.settings import Settings
from ui import strings

_FIELDS = ("level", "length", "language", "instructions")


def controls(settings: Settings) -> list[Component]:
    """The controls, set as the server is, in the order that `read` takes their values.

    Those that concern a chat model show only where one composes.
    """
    composes = settings.resolved_mode == "llm"
    reader = settings.reader
    return [
        gr.Dropdown(
            [(label, value) for value, label in strings.LEVELS.items()],
            value=reader.level,
            label=strings.LEVEL,
            visible=composes,
            elem_id="fn-level",
        ),
        gr.Dropdown(
            [(label, value) for value, label in strings.LENGTHS.items()],
            value=reader.length,
            label=strings.LENGTH,
            visible=composes,
            elem_id="fn-length",
        ),
        gr.Textbox(
            reader.language,
            label=strings.LANGUAGE,
            placeholder=strings.LANGUAGE_PLACEHOLDER,
            max_length=40,
            visible=composes,
            elem_id="fn-language",
        ),
        gr.Textbox(
            reader.instructions,
            label=strings.INSTRUCTIONS,
            placeholder=strings.INSTRUCTIONS_PLACEHOLDER,
            max_length=500,
            lines=2,
            visible=composes,
            elem_id="fn-instructions",
        ),
        gr.Slider(
            1, 20, value=min(20, settings.papers), step=1, label=strings.PAPERS_READ, elem_id="fn-papers-read"
        ),
        gr.Slider(
            0, 1, value=settings.refuse_below, step=0.05, label=strings.THRESHOLD, elem_id="fn-threshold"
        ),
        gr.Dropdown(
            _models(settings),
            value=settings.model,
            label=strings.MODEL,
            visible=composes and len(_models(settings)) > 1,
            elem_id="fn-model",
        ),
    ]


def read(settings: Settings, values: Sequence[Any]) -> Settings:
    """The server's settings as the controls change them. Raises SettingsError.

    The values come from a browser: a model that isn't among those allowed is passed over.
    """
    *profile, papers, threshold, model = values
    changes: dict[str, Any] = {
        "reader": dict(zip(_FIELDS, (value or "" for value in profile), strict=True)),
        "papers": papers,
        "refuse_below": threshold,
    }
    if model in _models(settings):
        changes["model"] = model
    return settings.changed(**changes)


def _models(settings: Settings) -> list[str]:
    return list(dict.fromkeys([*([settings.model] if settings.model else []), *settings.models]))
