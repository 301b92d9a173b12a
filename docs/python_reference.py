"""Writes docs/python.md from the docstrings: `python docs/python_reference.py` (or `make docs`)."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic_settings import BaseSettings

import footnote

FILE = Path(__file__).parent / "python.md"
_GROUPS = {
    "Ask": ("ask", "aask", "stream", "Assistant", "Retriever"),
    "Verify": ("verify", "EvidencedClaim", "ClaimCheck"),
    "What you get": ("Answer", "Claim", "Judgement", "Citation", "Dropped", "Nearest", "Paper", "Usage"),
    "Events of `stream`": ("Event", "Step", "TextDelta", "Restart", "Done"),
    "What you may set": ("Settings", "Filters", "Reader"),
    "Errors": (
        "FootnoteError",
        "SettingsError",
        "QuestionError",
        "FiltersError",
        "LibraryError",
        "CorpusError",
        "ModelError",
    ),
}
_HEAD = """# Python

`from footnote import …`: every public name, from its docstring. Made by `make docs`; a test holds this page
against the code.

```python
from footnote import Filters, ask

answer = ask("What are Adaptive Chameleons?", filters=Filters(since="2023"))
print(answer)  # the answer with its footnotes
answer.status  # answered, partial, closest or unsupported
answer.citations[0].quote  # the exact words: == paper.abstract[start:end]
```
"""


def reference() -> str:
    """The whole page."""
    listed = [name for names in _GROUPS.values() for name in names]
    if missing := sorted(set(footnote.__all__) - set(listed)):
        raise ValueError(
            f"docs/python_reference.py has no group for {', '.join(missing)}: add them to _GROUPS"
        )
    parts = [_HEAD]
    for group, names in _GROUPS.items():
        parts.append(f"## {group}\n")
        parts += [_entry(name, getattr(footnote, name)) for name in names]
    return "\n".join(parts).rstrip("\n") + "\n"


def _entry(name: str, value: object) -> str:
    if isinstance(value, types.UnionType):
        return f"### {name}\n\n`{' | '.join(kind.__name__ for kind in typing.get_args(value))}`\n"
    if inspect.isclass(value):
        lines = [f"### {name}\n"]
        if not issubclass(value, BaseModel | Exception):
            lines = [f"### {name}{_signature(value)}\n"]
        lines.append(_doc(value))
        lines += _fields(value)
        lines += [f"- `{member}`: {summary}" for member, summary in _members(value)]
        return "\n".join(lines).rstrip("\n") + "\n"
    return f"### {name}{_signature(value)}\n\n{_doc(value)}"


class _AsWritten(str):
    """An annotation in the words of the source, without quotes."""

    def __repr__(self) -> str:
        return str(self)


def _signature(value: typing.Any) -> str:
    shown = inspect.signature(value)
    parameters = [p.replace(annotation=_AsWritten(p.annotation)) for p in shown.parameters.values()]
    return str(shown.replace(parameters=parameters, return_annotation=inspect.Signature.empty))


def _doc(value: object) -> str:
    return (inspect.getdoc(value) or "").strip() + "\n"


def _fields(value: type) -> list[str]:
    """One line a field, with its default and what it is for; settings as their variables."""
    if not issubclass(value, BaseModel):
        return []
    rows = []
    written = {
        name: kind for base in reversed(value.__mro__) for name, kind in inspect.get_annotations(base).items()
    }
    for name, field in value.model_fields.items():
        kind = written[name]
        default = "" if field.is_required() or field.default_factory else f" = {field.default!r}"
        about = f": {field.description}" if field.description else ""
        rows.append(f"- `{name}{default if issubclass(value, BaseSettings) else ''}` ({kind}){about}")
    return [*rows, ""] if rows else []


def _members(value: type) -> Iterator[tuple[str, str]]:
    """Public methods and properties that the class itself defines, with their first line."""
    for name, member in vars(value).items():
        if name.startswith("_") or name in ("model_config", "model_post_init"):
            continue
        target = member.fget if isinstance(member, property) else getattr(member, "wrapped", member)
        target = getattr(target, "fget", None) or getattr(target, "__func__", target)
        if inspect.isfunction(target):
            arguments = "" if isinstance(member, property) or hasattr(member, "wrapped") else "()"
            yield f"{name}{arguments}", (inspect.getdoc(target) or "").split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    FILE.write_text(reference(), "utf-8")
