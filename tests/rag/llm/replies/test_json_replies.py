"""Answers in JSON, which nobody asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.llm.replies.markers import MarkerParser, Parsed


def parse(*chunks: str) -> list[Parsed]:
    parser = MarkerParser()
    return [s for chunk in chunks for s in parser.feed(chunk)] + parser.close()


def brief(reply: str) -> list[tuple[str, str]]:
    found = parse(reply)
    assert parse(*reply) == found
    return [
        (s.text, " ".join([f"{p}.{n}" for p, n in s.markers] + [f"!{m}" for m in s.malformed])) for s in found
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"answer": "TPO wins [1.3]. DPO lost [2.1].", "citations": ["9.9"]}, [
            ("TPO wins.", "1.3"), ("DPO lost.", "2.1"),
        ]),
        ({"answer": "TPO wins. DPO lost.", "citations": ["1.3", "2.1"]}, [
            ("TPO wins.", "1.3 2.1"), ("DPO lost.", "1.3 2.1"),
        ]),
        ({"answer": "TPO wins."}, [("TPO wins.", "")]),
        ({"sentences": [{"text": "TPO wins.", "citations": ["1.3", "[2.1]"]}, {"text": "DPO lost."}]}, [
            ("TPO wins.", "1.3 2.1"), ("DPO lost.", ""),
        ]),
        ([{"claim": "TPO wins", "sources": "1.3, 2.1"}, {"claim": "DPO lost", "sources": "[1.1][1.2]"}], [
            ("TPO wins", "1.3 2.1"), ("DPO lost", "1.1 1.2"),
        ]),
        (["TPO wins [1.3].", "DPO lost [2.1]."], [("TPO wins.", "1.3"), ("DPO lost.", "2.1")]),
        ({"Answer": {"Statements": [{"Statement": "TPO wins.", "Source_IDs": ["S1.3"]}]}}, [
            ("TPO wins.", "1.3"),
        ]),
        ([{"claim": "TPO wins.", "sources": [{"paper": 1, "sentence": 3}, {"id": "2.1", "quote": "x"}]}], [
            ("TPO wins.", "1.3 2.1"),
        ]),
        ({"thought": "Bananas [1.1].", "answer": "TPO wins [1.3]."}, [("TPO wins.", "1.3")]),
        # markers that name no sentence are reported
        ({"text": "TPO wins.", "citations": ["2", "Wang et al.", "1.3"]}, [
            ("TPO wins.", "1.3 ![2] ![Wang et al.]"),
        ]),
        ({"text": "TPO wins.", "citations": []}, [("TPO wins.", "")]),
        ({"text": "TPO wins.", "citations": [None, {"paper": "x", "sentence": 1}]}, [("TPO wins.", "")]),
        # several lines in one text
        ({"answer": "- TPO wins [1.3]\n- DPO lost [2.1]"}, [("TPO wins", "1.3"), ("DPO lost", "2.1")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}", "```json\n{}\n```", "<think>[1.1]</think>\n{}\n"])
def test_the_usual_shapes_are_read(value: Any, expected: list[tuple[str, str]], form: str) -> None:
    assert brief(form.replace("{}", json.dumps(value))) == expected
    assert brief(form.replace("{}", json.dumps(value, indent=2))) == expected


def test_numbers_are_read_as_they_are_written() -> None:
    assert brief('{"text": "TPO wins.", "citations": [1.10, 2.1]}') == [("TPO wins.", "1.10 2.1")]


def test_a_field_can_say_what_is_open() -> None:
    found = parse('{"answer": "TPO wins [1.3].", "open": "the\\ncost", "citations": []}')
    assert found == [Parsed("TPO wins.", ((1, 3),)), Parsed("the cost", open=True)]
    assert parse('{"answer": "TPO wins [1.3].", "open": ["the cost", "", "none", null]}') == found
    assert parse('{"answer": "TPO wins.\\nOPEN: the cost", "citations": ["1.3"]}') == [
        Parsed("TPO wins.", ((1, 3),)), Parsed("the cost", open=True),
    ]  # fmt: skip


def test_a_table_in_a_field_is_one() -> None:
    [cell] = parse(json.dumps({"answer": "| A | B |\n|--|--|\n| x | y [1.1] |"}))
    assert cell.cell
    assert (cell.cell.row, cell.cell.column, cell.text, cell.markers) == ("x", "B", "y", ((1, 1),))


def test_prose_around_json_is_read_as_prose_and_lines_of_json_one_by_one() -> None:
    lines = [{"claim": "A wins.", "cites": ["1.2"]}, {"claim": "B.", "cites": ["2.1"]}]
    reply = "\n".join(["So it is [1.1]:", *map(json.dumps, lines), "Done [1.3]."])
    assert brief(reply) == [("So it is:", "1.1"), ("A wins.", "1.2"), ("B.", "2.1"), ("Done.", "1.3")]


def test_a_sentence_is_given_once_its_json_is_closed() -> None:
    parser = MarkerParser()
    assert parser.feed('{"claim": "A wins.", "cites": ["1.2"]') == []
    assert parser.feed("}") == [Parsed("A wins.", ((1, 2),))]


@pytest.mark.parametrize(
    "reply",
    [
        '{"answer": "TPO [1.2].", "ids": ["1.3"]',
        '{"answer": "TPO [1.2].", "ids": ["1.3"}',
        '{"tpo": "wins [1.2]"}',
        '[{"a": "TPO [1.2]"}]',
        '["TPO [1.2]',
        '{"a":' * 30 + '"[1.2]"',
    ],
)
def test_json_of_no_known_shape_is_text_without_markers(reply: str) -> None:
    found = parse(reply)
    assert found == parse(*reply)
    assert " ".join(s.text for s in found) == reply
    assert not any(s.markers or s.malformed for s in found)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("{x} is a set [1.1].", [("{x} is a set.", "1.1")]),
        ("[1.3] says that TPO wins.", [("says that TPO wins.", "1.3")]),
        ('He said {"no"} [1.1].', [('He said {"no"}.', "1.1")]),
        (
            '{"no"} is said [1.1]. And more [1.2].',
            [('{"no"}', ""), ("is said.", "1.1"), ("And more.", "1.2")],
        ),
        ("[a] is one.\n{\n{x} too [1.1].", [("[a] is one.", ""), ("{x} too.", "1.1")]),
    ],
)
def test_brackets_of_prose_stay_prose(reply: str, expected: list[tuple[str, str]]) -> None:
    assert brief(reply) == expected


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0.5, 1.1, float("nan")])
    | st.sampled_from(["A [1.1].", "1.2", "[2]", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["answer", "text", "claims", "sources", "paper", "sentence", "open", "other"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(VALUES)
def test_any_json_is_read_and_names_only_what_it_says(value: Any) -> None:
    reply = json.dumps(value)
    for sentence in parse(reply):
        assert sentence.text.strip()
        named = {(1, 1), (1, 2)}
        assert set(sentence.markers) <= named or ('"paper"' in reply and '"sentence"' in reply)


@pytest.mark.parametrize("unit", ["{", '{"', '{"a":', "[{", '["', "\\", '"', "{\n", "{}\n", '["a",', "[1.1]"])
def test_what_is_held_back_stays_bounded(unit: str) -> None:
    parser = MarkerParser()
    given = parser.feed('{"answer": "')
    for _ in range(8):
        given += parser.feed(unit * (20_000 // len(unit)))
    assert sum(len(s.text) for s in parser.close()) <= 60_000
