"""What code and documents tell people to install can be installed from a clone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("rag", "prompts", "store", "eval", "ui", "docs")
# `footnote` on the package index is somebody else's, so an optional group is installed from the clone.
GROUP = re.compile(r"pip install[^\n]*?(?P<named>[\w.-]*)\[(?P<group>\w+)\]")


def test_every_hint_names_a_group_that_there_is_and_installs_it_from_the_clone() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    files = [*ROOT.glob("*.md"), ROOT / "app.py", ROOT / "Makefile"]
    files += [f for folder in FOLDERS for f in (ROOT / folder).rglob("*") if f.suffix in (".py", ".md")]
    hints = [(file, found) for file in files for found in GROUP.finditer(file.read_text("utf-8"))]
    assert hints
    for file, found in hints:
        assert found["named"] == ".", f"{file}: {found[0]}"
        assert found["group"] in groups, f"{file}: {found[0]}"
