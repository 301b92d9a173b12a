"""Answers in the form of a Markdown table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Cell
from footnote.rag.llm.replies.markers import MarkerParser, Parsed

HEAD = "| Method | Gain | Cost |\n|:--|--:|---|\n"


def parse(*chunks: str) -> list[Parsed]:
    parser = MarkerParser()
    return [s for chunk in chunks for s in parser.feed(chunk)] + parser.close()


def cells(reply: str) -> list[tuple[str, str, str, tuple]]:
    """TableRow, column, text and markers of each cell; of prose, no row and column."""
    found = [
        (s.cell.row, s.cell.column, s.text, s.markers) if s.cell else ("", "", s.text, s.markers)
        for s in parse(reply)
    ]
    assert parse(*reply) == parse(reply)
    return found


def test_each_cell_is_a_claim_with_its_place() -> None:
    reply = (
        f"{HEAD}| TPO | 3.5 points [1.3] | half the labels [1.4][2.1] |\n"
        "| DPO | none over SFT [2.2] | low [2.3] |"
    )
    assert parse(reply) == [
        Parsed("3.5 points", ((1, 3),), cell=Cell(row="TPO", column="Gain")),
        Parsed("half the labels", ((1, 4), (2, 1)), cell=Cell(row="TPO", column="Cost")),
        Parsed("none over SFT", ((2, 2),), cell=Cell(row="DPO", column="Gain")),
        Parsed("low", ((2, 3),), cell=Cell(row="DPO", column="Cost")),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| TPO | – | - |", []),
        ("| TPO | n/a | Not reported. |", []),
        ("| TPO | – [1.1] | ✓ [1.2] |", []),
        ("| TPO | 3.5 | |", [("TPO", "Gain", "3.5", ())]),
        ("| TPO | n/a [1.1] | x |", [("TPO", "Gain", "n/a", ((1, 1),)), ("TPO", "Cost", "x", ())]),
        ("| **TPO** [1.1] | 3.5 [1.2] | – |", [
            ("TPO", "Method", "TPO", ((1, 1),)), ("TPO", "Gain", "3.5", ((1, 2),)),
        ]),
        ("| | 3.5 [1.2] |", [("", "Gain", "3.5", ((1, 2),))]),
        # markers for the whole row
        ("| TPO | 3.5 | low [1.2] | [1.1] |", [
            ("TPO", "Gain", "3.5", ((1, 1),)), ("TPO", "Cost", "low", ((1, 2),)),
        ]),
        ("| TPO | 3.5 | low | [1.1]", [
            ("TPO", "Gain", "3.5", ((1, 1),)), ("TPO", "Cost", "low", ((1, 1),)),
        ]),
        # more cells than columns, one cell of several sentences, a pipe that is none
        ("| TPO | a [1.1] | b [1.2] | c [1.3] |", [
            ("TPO", "Gain", "a", ((1, 1),)), ("TPO", "Cost", "b", ((1, 2),)), ("TPO", "", "c", ((1, 3),)),
        ]),
        ("| TPO | It gains. [1.1] It costs. [1.2] | P(a\\|b)<br>falls [2] |", [
            ("TPO", "Gain", "It gains. It costs.", ((1, 1), (1, 2))), ("TPO", "Cost", "P(a|b) falls", ()),
        ]),
        ("  | TPO | a (1.1) |", [("TPO", "Gain", "a", ((1, 1),))]),
    ],
)  # fmt: skip
def test_rows_are_read_as_their_writer_meant(row: str, expected: list[tuple]) -> None:
    assert cells(f"{HEAD}{row}\n") == expected
    assert cells(HEAD + row) == expected


def test_markers_that_name_no_sentence_stay_with_their_cell() -> None:
    [cell] = parse(f"{HEAD}| TPO | 3.5 [2] | – |")
    assert (cell.text, cell.malformed) == ("3.5", ("[2]",))
    [cell] = parse(f"{HEAD}| TPO | 3.5 | [2] |")
    assert (cell.text, cell.malformed) == ("3.5", ("[2]",))


def test_prose_stands_before_and_after_a_table() -> None:
    reply = f"They differ [1.1]:\n\n{HEAD}| TPO | 3.5 [1.3] | – |\n\nTPO wins [1.3].\nOPEN: the cost.\n"
    found = parse(reply)
    assert [(s.text, bool(s.cell), s.open) for s in found] == [
        ("They differ:", False, False),
        ("3.5", True, False),
        ("TPO wins.", False, False),
        ("the cost.", False, True),
    ]


def test_a_table_without_a_rule_or_in_a_fence_is_one() -> None:
    expected = [("TPO", "Gain", "3.5", ((1, 1),))]
    assert cells("| Method | Gain |\n| TPO | 3.5 [1.1] |") == expected
    assert cells("```markdown\n| Method | Gain |\n|---|---|\n| TPO | 3.5 [1.1] |\n```") == expected


@pytest.mark.parametrize(
    ("reply", "texts"),
    [
        ("|x| is at most |y| [1.1].", ["|x| is at most |y|."]),
        ("|x| is small.\n|y| is big.", ["|x| is small.", "|y| is big."]),
        ("| one | line |\nNo more.", ["| one | line |", "No more."]),
        ("| one | line |\n\n| another | line |", ["| one | line |", "| another | line |"]),
        ("It is A | B [1.1].", ["It is A | B."]),
    ],
)
def test_pipes_in_prose_are_prose(reply: str, texts: list[str]) -> None:
    found = parse(reply)
    assert [s.text for s in found] == texts
    assert not any(s.cell for s in found)


WORD = st.text("abcdefgh", min_size=1, max_size=6)
CELL = st.tuples(WORD, st.tuples(st.integers(1, 9), st.integers(1, 9)))


@given(st.lists(st.tuples(WORD, st.lists(CELL, min_size=2, max_size=2)), min_size=1, max_size=5), st.data())
def test_every_cell_comes_back_however_it_is_cut(rows: list, data: st.DataObject) -> None:
    body = "".join(
        f"| {name} | " + " | ".join(f"{text} [{p}.{n}]" for text, (p, n) in cells) + " |\n"
        for name, cells in rows
    )
    reply = HEAD + body
    cut = data.draw(st.integers(0, len(reply)))
    assert parse(reply[:cut], reply[cut:]) == [
        Parsed(text, (marker,), cell=Cell(row=name, column=column))
        for name, cells in rows
        for column, (text, marker) in zip(("Gain", "Cost"), cells, strict=True)
    ]


@pytest.mark.parametrize("unit", ["|", "| a ", "x", "| a |\n", "|a|b|\n", " ", "[1.1]|"])
def test_what_is_held_back_stays_small_whatever_comes(unit: str) -> None:
    parser = MarkerParser()
    parser.feed(HEAD + "|")
    for _ in range(3):
        parser.feed(unit * (20_000 // len(unit)))
    assert sum(len(s.text) + 20 * len(s.markers) for s in parser.close()) <= 60_000
