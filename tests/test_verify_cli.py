"""`footnote verify` as people run it: pairs and drafts, text and JSON, and what it says of bad files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_app import footnote

PAIRS = [
    {"id": "a", "claim": "DPO beats PPO by 4 points.", "evidence": ["DPO outperforms PPO by 4 points."]},
    {"id": 2, "claim": "DPO beats PPO by 5 points.", "evidence": ["DPO outperforms PPO by 4 points."]},
    {"id": "c", "claim": "DPO beats PPO.", "evidence": [], "note": "fields of one's own are let pass"},
]
DRAFT = """# A survey of 12 things

Magpie generates 4 million instructions from Llama-3-Instruct and
selects 300K high-quality instances [1]. It selects 900K *high-quality* instances (Xu et al., 2024).

```python
code = "Magpie generates 9 million instructions."
```
- Bananas ripen faster beside tomatoes.
"""


def write(path: Path, lines: list[object]) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", "utf-8")
    return path


def test_pairs_as_json_lines_in_order_and_nothing_else(tmp_path: Path) -> None:
    ran = footnote(tmp_path / "home", "verify", str(write(tmp_path / "pairs.jsonl", [*PAIRS])), "--json")
    assert ran.returncode == 0, ran.stderr
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [list(line) for line in told] == [
        ["id", "verdict", "supported", "judged_by", "reasons", "cautions"]
    ] * 3
    assert [(line["id"], line["verdict"], line["supported"]) for line in told] == [
        ("a", "checked", True),
        (2, "refused", False),
        ("c", "uncited", False),
    ]
    assert "the number 5" in told[1]["reasons"][0]
    assert not (tmp_path / "home").exists()


def test_pairs_for_people(tmp_path: Path) -> None:
    ran = footnote(tmp_path, "verify", str(write(tmp_path / "pairs.jsonl", [*PAIRS])))
    assert "refused      2: DPO beats PPO by 5 points." in ran.stdout
    assert "3 claims: 1 checked, 1 refused, 1 uncited." in ran.stdout


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "is no JSON object"),
        ("[1]", "is no JSON object"),
        ("\udcff", "is no JSON object"),
        ("[" * 100_000, "is no JSON object"),
        ('{"id": "x", "evidence": []}', "claim: Field required"),
        ('{"id": "x", "claim": "y", "evidence": "one sentence"}', "evidence: "),
        ('{"id": "x", "claim": "y", "evidence": [3]}', "evidence.0: "),
        ('{"id": null, "claim": "y", "evidence": []}', "id: "),
    ],
)
def test_a_bad_line_is_named_before_anything_is_printed(tmp_path: Path, line: str, told: str) -> None:
    path = write(tmp_path / "pairs.jsonl", [PAIRS[0]])
    with path.open("ab") as file:
        file.write(line.encode(errors="surrogateescape"))
    ran = footnote(tmp_path, "verify", str(path), "--json")
    assert ran.returncode == 1
    assert f"pairs.jsonl:3: {told}" in ran.stderr
    assert '"evidence": ["sentence", …]' in ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("name", ["nowhere.jsonl", "nowhere.md", "paper.pdf"])
def test_a_file_that_cannot_be_taken_is_named(tmp_path: Path, name: str) -> None:
    ran = footnote(tmp_path, "verify", name)
    assert ran.returncode != 0
    assert name in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_draft_is_held_against_the_library_sentence_by_sentence(library_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    path.write_text(DRAFT, "utf-8")
    ran = footnote(library_home, "verify", str(path), "--json")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)["sentences"]
    assert [(line["line"], line["supported"]) for line in told] == [(3, True), (4, False), (9, False)]
    assert told[0]["text"].endswith("selects 300K high-quality instances.")
    assert {part["title"].split(":")[0] for part in told[0]["support"]} == {"Magpie"}
    assert any("300K" in part["quote"] for part in told[0]["support"])
    assert all(len(part["quote"]) == part["end"] - part["start"] for part in told[0]["support"])
    assert "900K" in told[1]["reasons"][0]
    for people in [footnote(library_home, "verify", str(path)).stdout]:
        assert "The library supports 1 of 3 sentences: " in people
        assert "nearest: “" in people
