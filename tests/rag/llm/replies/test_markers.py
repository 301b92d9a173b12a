from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.rag.llm.replies.markers import MAX_SENTENCE_CHARS, MarkerParser, Parsed


def parse(*chunks: str) -> list[Parsed]:
    parser = MarkerParser()
    parsed = [sentence for chunk in chunks for sentence in parser.feed(chunk)]
    return parsed + parser.close()


def brief(*chunks: str) -> list[tuple[str, str]]:
    """Each sentence with its markers written out; what is malformed behind a bang."""
    return [
        (s.text, " ".join([f"{p}.{n}" for p, n in s.markers] + [f"!{m}" for m in s.malformed]))
        for s in parse(*chunks)
    ]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        # where markers stand
        ("TPO wins [1.3].", [("TPO wins.", "1.3")]),
        ("TPO wins. [1.3]", [("TPO wins.", "1.3")]),
        ("TPO wins.[1.3]", [("TPO wins.", "1.3")]),
        ("TPO wins [1.3]. DPO lost.[2.1] It rains. [2.2] [2.3] No", [
            ("TPO wins.", "1.3"), ("DPO lost.", "2.1"), ("It rains.", "2.2 2.3"), ("No", ""),
        ]),
        ("TPO [1.3] beats DPO [2.1], and RPO[2.2] too.", [("TPO beats DPO, and RPO too.", "1.3 2.1 2.2")]),
        ("[1.3] says that TPO wins.", [("says that TPO wins.", "1.3")]),
        ("“TPO wins [1.3].” Then “more.” [2.1] Last", [
            ("“TPO wins.”", "1.3"), ("Then “more.”", "2.1"), ("Last", ""),
        ]),
        # their forms
        ("A [1.3][2.1] b [1.3, 2.1] c [3.1; 3.2].", [("A b c.", "1.3 2.1 3.1 3.2")]),
        ("A [1.3-1.5], b [2.1–3].", [("A, b.", "1.3 1.4 1.5 2.1 2.2 2.3")]),
        ("A wins【1.3】. B［2.1］.", [("A wins.", "1.3"), ("B.", "2.1")]),
        ("A wins [ 1.3 ,2.1 ].", [("A wins.", "1.3 2.1")]),
        ("A wins [1.3†source]. B【2.1†L1-L4】. C [1.3†a, 2.1†b] too.", [
            ("A wins.", "1.3"), ("B.", "2.1"), ("C too.", "1.3 2.1"),
        ]),
        ("A wins [^1.3]. B [S1.3, s2.1-S2.2]. C [^S3.1].", [
            ("A wins.", "1.3"), ("B.", "1.3 2.1 2.2"), ("C.", "3.1"),
        ]),
        ("A wins **[1.3]**. B `[2.1]`. C<sup>[2.2]</sup>. D (source: [1.1]).", [
            ("A wins.", "1.3"), ("B.", "2.1"), ("C.", "2.2"), ("D.", "1.1"),
        ]),
        ("A wins [1.3], [2.1] and [2.2].", [("A wins.", "1.3 2.1 2.2")]),
        ("A wins (see [1.3]).", [("A wins.", "1.3")]),
        # malformed, and text
        ("A wins [2]. B [1.3, 4] too. C [3.2-2.1].", [
            ("A wins.", "![2]"), ("B too.", "1.3 ![4]"), ("C.", "![3.2-2.1]"),
        ]),
        ("In [0, 1] and [0.1, 0.9] since [2024] as [sic] says [a, b] [1.1].", [
            ("In [0, 1] and [0.1, 0.9] since [2024] as [sic] says [a, b].", "1.1"),
        ]),
        ("It ends in [1.2", [("It ends in [1.2", "")]),
        # a number in round brackets
        ("A wins (1.3). B (2.1), and C (2.2)", [("A wins.", "1.3"), ("B, and C", "2.1 2.2")]),
        ("It grows (1.3) times.", [("It grows (1.3) times.", "")]),
        ("It grows to the mean (1.3). [2.1]", [("It grows to the mean (1.3).", "2.1")]),
        ("A wins (Table 1.3) and (0.5).", [("A wins (Table 1.3) and (0.5).", "")]),
        ("[18F]FDG and [S. aureus] and [S2] and [^a] [1.1].", [
            ("[18F]FDG and [S. aureus] and [S2] and [^a].", "1.1"),
        ]),
        ("A [^2] and 10¹·³ [1.1].", [("A and 10¹·³.", "1.1 ![^2]")]),
        # where sentences end
        ("Wang et al. [1.3] show 3.5 points, e.g. TPO vs. DPO [1.4]. Next", [
            ("Wang et al. show 3.5 points, e.g. TPO vs. DPO.", "1.3 1.4"), ("Next", ""),
        ]),
        ("TPO wins [1.3]. iREPO wins too [2.1].", [("TPO wins.", "1.3"), ("iREPO wins too.", "2.1")]),
        ("TPO wins. [1.3] iREPO wins too [2.1].", [("TPO wins.", "1.3"), ("iREPO wins too.", "2.1")]),
        ("甲优于乙[1.3]。丙也是[2.1]。", [("甲优于乙。", "1.3"), ("丙也是。", "2.1")]),
        # lines
        ("One line\nand a next [1.1]\nNew line [1.2]", [("One line and a next", "1.1"), ("New line", "1.2")]),
        ("TPO wins.\n[1.2]\n\nDPO lost [1.1].\n[2.1] RPO [2.2].", [
            ("TPO wins.", "1.2"), ("DPO lost.", "1.1"), ("RPO.", "2.1 2.2"),
        ]),
        ("TPO wins [1.1].\n[2.1]", [("TPO wins.", "1.1 2.1")]),
        # formats that nobody asked for
        ("## In short\n- **TPO** wins [1.1]\n- DPO loses [1.2]\n1. RPO [1.3].\n2) CREAM.", [
            ("TPO wins", "1.1"), ("DPO loses", "1.2"), ("RPO.", "1.3"), ("CREAM.", ""),
        ]),
        ("```markdown\nTPO wins [1.2].\n```", [("TPO wins.", "1.2")]),
        ("```TPO wins [1.2].```", [("TPO wins.", "1.2")]),
        ("<answer>\nTPO wins [1.2].\n</answer>", [("TPO wins.", "1.2")]),
        # reasoning
        ("<think>TPO [1.1]. Or</think>TPO wins [1.2].", [("TPO wins.", "1.2")]),
        ("<THINKING>\nTPO\n</Thinking>\nTPO wins [1.2].", [("TPO wins.", "1.2")]),
        ("Perhaps it is TPO [1.1]</think>TPO wins [1.2].", [("TPO wins.", "1.2")]),
        ("TPO wins [1.2]. <think>DPO [1.1]. And", [("TPO wins.", "1.2")]),
        ("◁think▷TPO [1.1].◁/think▷TPO wins [1.2].", [("TPO wins.", "1.2")]),
        ("[THINK]TPO [1.1].[/THINK]TPO wins [1.2].", [("TPO wins.", "1.2")]),
        ("<reasoning>TPO [1.1].\n</reasoning>\n\nTPO wins [1.2].", [("TPO wins.", "1.2")]),
        ("[thin ice] and [1.1] ◁ [think", [("[thin ice] and ◁ [think", "1.1")]),
        ("x < y, <b> and <thin [1.1].", [("x < y, <b> and <thin.", "1.1")]),
        # characters that show nothing
        ("TPO wins [1\u200b.3].\u202e\ud800", [("TPO wins.", "1.3")]),
        # nothing
        ("", []), (" \n[1.2] ", []), ("---\n***", []), ("<think>", []),
    ],
)  # fmt: skip
def test_replies_are_read_as_their_writer_meant(reply: str, expected: list[tuple[str, str]]) -> None:
    assert brief(reply) == expected


def test_a_sentence_is_given_once_what_follows_shows_that_it_is_over() -> None:
    parser = MarkerParser()
    assert parser.feed("TPO wins [1.") == []
    assert parser.feed("3]. [1.4] ") == []
    assert parser.feed("DPO") == []
    assert parser.feed(" lost [2.1") == [Parsed("TPO wins.", ((1, 3), (1, 4)))]
    assert parser.feed("].") == []
    assert parser.close() == [Parsed("DPO lost.", ((2, 1),))]


# --- what the papers leave open


def opened(*chunks: str) -> list[tuple[str, bool]]:
    return [(s.text, s.open) for s in parse(*chunks)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("TPO wins [1.1].\nOPEN: whether it scales.", [("TPO wins.", False), ("whether it scales.", True)]),
        ("TPO wins [1.1]. [1.2]\n\n**OPEN:** how it scales", [("TPO wins.", False), ("how it scales", True)]),
        ("OPEN：其他", [("其他", True)]),
        ("- **OPEN**: the cost\nMore [1.1].", [("the cost", True), ("More.", False)]),
        ("**Open: the cost. And when.**\nMore.", [
            ("the cost.", True), ("And when.**", True), ("More.", False),
        ]),
        ("OPEN:\nthe cost\nMore.", [("the cost", True), ("More.", False)]),
        ("OPEN: the cost\nof labels", [("the cost of labels", True)]),
        # nothing is open, or it is no such line
        ("TPO wins [1.1].\nOPEN: none.", [("TPO wins.", False)]),
        ("OPEN: –\nOPEN:", []),
        ("It is out. OPEN: a model [1.1].", [("It is out.", False), ("OPEN: a model.", False)]),
        ("OPENING: a model. OpenAI: too.", [("OPENING: a model.", False), ("OpenAI: too.", False)]),
        ("An open: question\nopen: here", [("An open: question open: here", False)]),
    ],
)  # fmt: skip
def test_a_line_that_says_what_is_open_is_told_from_claims(
    reply: str, expected: list[tuple[str, bool]]
) -> None:
    assert opened(reply) == expected == opened(*reply)


PARTS = st.sampled_from(
    [
        "[1.3]", "[2]", "[1.3, 2.1]", "【2.1】", "(1.3)", "[1.3†s", "[^1", "[S", "†", "[", "]", "(", "1", ".",
        "3", ",", "-", " ", "  ", "\n", "\n\n", "- ", "# ", "1. ", "**", "```", "```json\n", "<think>",
        "</think>", "◁think▷", "[/think]", "<answer>", "<th", "<", "{", "}", '{"answer": "', '"}', '["', '"]',
        '", "citations": [', "\\", '"', "|", "| a ", "|---|", "|\n|", "\n|", "OPEN:", "Open", "TPO", " wins",
        ". DPO", "et al.", " e.g. ", "i", "?", "!", "…", "。", "”", "\u200b", "\ud800", "é",
    ]
)  # fmt: skip
TABLES = st.lists(
    st.lists(PARTS.filter(lambda p: "\n" not in p), max_size=4).map("".join), min_size=2, max_size=5
).map(lambda rows: "| A | B |\n|---|---|\n" + "".join(f"| {row} |\n" for row in rows))
JSONS = st.recursive(
    PARTS | st.floats() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["answer", "text", "citations", "paper", "open", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
).map(json.dumps)
REPLIES = st.lists(PARTS | st.text(max_size=3) | TABLES | JSONS, max_size=30).map("".join)


@given(REPLIES, st.data())
@settings(max_examples=300)
def test_chunks_cannot_matter(reply: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(reply)), max_size=8)))
    edges = [0, *cuts, len(reply)]
    chunks = [reply[a:b] for a, b in pairwise(edges)]
    assert parse(*chunks) == parse(reply) == parse(*reply)


@given(REPLIES)
def test_sentences_are_words_without_markers(reply: str) -> None:
    for sentence in parse(reply):
        assert sentence.text == sentence.text.strip() != ""
        assert "\n" not in sentence.text
        assert sentence.cell is None or not sentence.open
        assert "\u200b" not in sentence.text
        assert all(paper > 0 and number > 0 for paper, number in sentence.markers)
        assert len(set(sentence.markers)) == len(sentence.markers)


WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzäéß", min_size=2, max_size=8), min_size=2, max_size=8
).map(" ".join)
MARKERS = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 40)), min_size=1, max_size=4, unique=True)
STYLES = st.sampled_from(
    [
        lambda words, ids: f"{words} {''.join(f'[{p}.{n}]' for p, n in ids)}.",
        lambda words, ids: f"{words}. {' '.join(f'[{p}.{n}]' for p, n in ids)}",
        lambda words, ids: f"{words}.[{', '.join(f'{p}.{n}' for p, n in ids)}]",
        lambda words, ids: f"{words} 【{'; '.join(f'{p}.{n}' for p, n in ids)}】.",
        lambda words, ids: f"{words} ({', '.join(f'{p}.{n}' for p, n in ids)}).",
    ]
)


@given(st.lists(st.tuples(WORDS, MARKERS, STYLES, st.sampled_from([" ", "\n", "\n\n"])), max_size=6))
def test_each_sentence_keeps_its_own_markers_in_every_style(sentences: list[tuple]) -> None:
    reply = "".join(style(f"The {words}", ids) + gap for words, ids, style, gap in sentences)
    assert parse(reply) == [Parsed(f"The {words}.", tuple(ids)) for words, ids, _, _ in sentences]


@given(st.text("abc [1.2](),\n<-#é。", max_size=200))
def test_no_letter_is_lost_or_moved(reply: str) -> None:
    kept = "".join(sentence.text for sentence in parse("x " + reply.replace("#", "")))
    letters = [c for c in "x" + reply if c.isalpha()]
    assert [c for c in kept if c.isalpha()] == letters


def test_an_endless_sentence_is_given_out_in_parts() -> None:
    parser = MarkerParser()
    parts = [part for _ in range(5) for part in parser.feed("word " * (MAX_SENTENCE_CHARS // 5))]
    assert len(parts) >= 4
    assert all(len(part.text) <= MAX_SENTENCE_CHARS for part in parts)
    rest = parser.close()
    assert sum(len(part.text.split()) for part in parts + rest) == MAX_SENTENCE_CHARS


@pytest.mark.parametrize(
    "unit", ["[1.1]", "x", "(", "[", "<", "`", "\n[1.1]", "x[1.1]", "<thin", "x. ", "a. [1.1] b"]
)
def test_what_is_held_back_stays_small_whatever_comes(unit: str) -> None:
    parser = MarkerParser()
    for _ in range(3):
        parser.feed(unit * (MAX_SENTENCE_CHARS // len(unit)))
    assert sum(len(s.text) + 20 * len(s.markers) for s in parser.close()) <= 2 * MAX_SENTENCE_CHARS


@pytest.mark.parametrize(
    "reply",
    [
        "In “Is DPO Better? A Study of Preferences”, PPO wins [1.2].",
        'In "Is DPO Better? A Study of Preferences", PPO wins [1.2].',
        "*Is DPO Better? A Study of Preferences* finds that PPO wins [1.2].",
        "According to Is DPO Better? A Study of Preferences, PPO wins [1.2].",
    ],
)
def test_a_question_mark_in_a_title_ends_no_sentence(reply: str) -> None:
    for size in (1, 7, 500):
        parser = MarkerParser(["Is DPO Better? A Study of Preferences"])
        found = [s for at in range(0, len(reply), size) for s in parser.feed(reply[at : at + size])]
        found += parser.close()
        assert [(s.text, s.markers) for s in found] == [(reply.replace(" [1.2]", ""), ((1, 2),))]


def test_a_quotation_that_is_never_closed_joins_little() -> None:
    reply = "The “first holds [1.1]. " + "It rains all day long [1.2]. " * 20
    parser = MarkerParser()
    assert len(parser.feed(reply) + parser.close()) > 10


def test_sentences_before_the_end_of_reasoning_are_counted() -> None:
    parser = MarkerParser()
    before = parser.feed("One thinks. Two thinks. Three")
    assert parser.reasoning == 0
    after = parser.feed(" thinks.</think> It holds [1.1].") + parser.close()
    assert 0 < len(before) <= parser.reasoning <= 3
    assert [s.text for s in (before + after)[parser.reasoning :]] == ["It holds."]
