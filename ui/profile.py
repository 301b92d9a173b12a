"""The reader profile on the page: its controls, and what they say as a `Reader`."""

from __future__ import annotations

import gradio as gr
from gradio.components import Component
from pydantic import ValidationError

from rag.reader import Reader
from ui import strings

_LIMITS = {"language": 40, "instructions": 500}


def controls(reader: Reader) -> list[Component]:
    """Level, length, language and instructions, set to `reader`, in the order that `read` takes."""
    return [
        gr.Dropdown(
            [(label, value) for value, label in strings.LEVELS.items()],
            value=reader.level,
            label=strings.LEVEL,
            elem_id="fn-level",
        ),
        gr.Dropdown(
            [(label, value) for value, label in strings.LENGTHS.items()],
            value=reader.length,
            label=strings.LENGTH,
            elem_id="fn-length",
        ),
        gr.Textbox(
            reader.language,
            label=strings.LANGUAGE,
            placeholder=strings.LANGUAGE_PLACEHOLDER,
            max_length=_LIMITS["language"],
            elem_id="fn-language",
        ),
        gr.Textbox(
            reader.instructions,
            label=strings.INSTRUCTIONS,
            placeholder=strings.INSTRUCTIONS_PLACEHOLDER,
            max_length=_LIMITS["instructions"],
            lines=2,
            elem_id="fn-instructions",
        ),
    ]


def read(level: object, length: object, language: object, instructions: object) -> Reader | None:
    """What the controls say; None, for the server's own profile, where no page of ours sent it."""
    try:
        return Reader.model_validate(
            {
                "level": level,
                "length": length,
                "language": language or "",
                "instructions": instructions or "",
            }
        )
    except ValidationError:
        return None
