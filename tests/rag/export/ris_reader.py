"""Reads RIS as its specification says, as far as tests need it."""

from __future__ import annotations

import re

Record = list[tuple[str, str]]


def read_ris(text: str) -> list[Record]:
    """The fields of each record, without ER; AssertionError for what the format doesn't allow."""
    records: list[Record] = []
    current: Record | None = None
    lines = text.split("\r\n")
    assert lines.pop() == "", "the last line isn't ended"
    for line in lines:
        assert line.splitlines() in ([line], []), f"a line break within a line: {line!r}"
        if current is None and not line:
            continue
        match = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert match, f"no field: {line!r}"
        tag, value = match.groups()
        if current is None:
            assert tag == "TY", f"a record begins with {tag}"
            current = []
        if tag == "ER":
            assert value == ""
            records.append(current)
            current = None
        else:
            assert value.strip(), f"{tag} is empty"
            assert tag != "TY" or not current, "a record within a record"
            assert tag != "AU" or "*" not in value
            current.append((tag, value))
    assert current is None, "a record isn't ended"
    return records
