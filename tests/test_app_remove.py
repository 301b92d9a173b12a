"""`footnote remove`, as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footnote.store.errors import LibraryError
from tests.test_app import in_home

PAPERS = {
    "bees": "Honeybees dance to point their sisters at flowers.",
    "tides": "The tides of the inner sea were measured at dawn.",
    "wool": "Sheep give more wool where the winters are long.",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose library has a few papers; each test leaves it as it was."""
    folder = tmp_path_factory.mktemp("removing")
    lines = [{"id": name, "title": f"On {name}", "abstract": text} for name, text in PAPERS.items()]
    file = folder / "papers.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert in_home(folder / "home", "ingest", str(file)).exit_code == 0
    return folder / "home"


def test_removing_says_what_went_and_how_to_undo_it(home: Path) -> None:
    def search() -> list[str]:
        ran = in_home(home, "search", "Which animals dance?", "-k", "3", "--json")
        return [paper["id"] for paper in json.loads(ran.stdout)["papers"]]

    def papers() -> int:
        held = json.loads(in_home(home, "status", "--json").stdout)
        assert held.keys() == {
            "papers",
            "passages",
            "waiting",
            "embedder",
            "library",
            "set_aside",
            "mode",
            "model",
        }
        assert held["waiting"] == 0
        return int(held["papers"])

    best, second, third = search()
    assert best == "bees"
    ran = in_home(home, "remove", best, third)
    assert ran.exit_code == 0, ran.stderr
    assert f"removed {best}: On bees" in ran.stderr
    assert "The library holds 1 papers." in ran.stderr
    assert ran.stderr.splitlines()[-1] == f"To undo: footnote remove --undo -- {best} {third}"
    assert (search(), papers()) == ([second], 1)

    ran = in_home(home, "remove", "--undo", "--", best, third)
    assert f"brought back {best}: On bees" in ran.stderr
    assert "To undo" not in ran.stderr
    assert (search(), papers()) == ([best, second, third], 3)


def test_an_id_that_no_paper_has_is_named_and_nothing_is_removed(home: Path) -> None:
    ran = in_home(home, "remove", "p000\x1b[31m", "pnobody")
    assert isinstance(ran.exception, LibraryError)
    assert "no paper of the library has the id 'p000\\x1b[31m', 'pnobody', so nothing was changed" in str(
        ran.exception
    )
    assert "\x1b" not in str(ran.exception)
