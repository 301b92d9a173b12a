"""`footnote remove`, as people run it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.test_app import footnote

QUESTION = "What are Adaptive Chameleons?"


def test_removing_says_what_went_and_how_to_undo_it(own_library_home: Path) -> None:
    def search() -> list[str]:
        ran = footnote(own_library_home, "search", QUESTION, "-k", "3", "--json")
        return [paper["id"] for paper in json.loads(ran.stdout)["papers"]]

    def papers() -> int:
        held = json.loads(footnote(own_library_home, "status", "--json").stdout)
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
    ran = footnote(own_library_home, "remove", best, third)
    assert ran.returncode == 0, ran.stderr
    assert f"removed {best}: Dialectical Alignment" in ran.stderr
    assert "The library holds 293 papers." in ran.stderr
    assert ran.stderr.splitlines()[-1] == f"To undo: footnote remove --undo -- {best} {third}"
    assert search()[0] == second
    assert papers() == 293

    ran = footnote(own_library_home, "remove", "--undo", "--", best, third)
    assert f"brought back {best}: Dialectical Alignment" in ran.stderr
    assert "To undo" not in ran.stderr
    assert (search(), papers()) == ([best, second, third], 295)


def test_an_id_that_no_paper_has_is_named_and_nothing_is_removed(own_library_home: Path) -> None:
    ran = footnote(own_library_home, "remove", "p000\x1b[31m", "pnobody")
    assert ran.returncode == 1
    assert (
        "no paper of the library has the id 'p000\\x1b[31m', 'pnobody', so nothing was changed" in ran.stderr
    )
    assert "\x1b" not in ran.stderr
