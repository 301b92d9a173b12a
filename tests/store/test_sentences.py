"""Sentences and passages: offsets that slice back, whatever the text."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from footnote.store.readers.daily_papers import parse_page
from footnote.store.readers.read_result import collect
from footnote.store.sentences import Span, make_passages, split_long, split_sentences

PROSE = "aB .?!,;:\n\r\t'\"()[]<>`~é😀“”。…·•\u00a0\u2009\u2028\x1c\ud8001e.gEq.vs.https://x.Y"
texts = st.one_of(
    st.text(st.characters(), max_size=200),
    st.text(st.sampled_from(PROSE), max_size=200),
    st.lists(st.sampled_from(["We show", "e.g.", "et al.", "Fig.", "3", "3.5", "vs.", "(1)", "2)", "•", "An.",
                              "gambiae", "P <", "> 5", "https://a.B/C", ".", ". ", "\n\n", "\r\n\r\n", " ",
                              "C\u00a0.", '"', "and", ";", ",", "mRNA"]), max_size=40).map(" ".join),
)  # fmt: skip


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


def covered(spans: list[Span]) -> list[int]:
    return [at for span in spans for at in range(span.start, span.end)]


def visible(text: str) -> list[int]:
    return [at for at, character in enumerate(text) if not character.isspace()]


@settings(max_examples=600, deadline=None)
@given(texts)
@example("Vitamin C\u00a0. Then")  # sentencex panics at this
@example("One.\r\n\r\nTwo")
@example("\ud800. A")
def test_every_visible_character_is_in_exactly_one_sentence(text: str) -> None:
    spans = split_sentences(text)
    at = covered(spans)
    assert at == sorted(set(at))
    assert [i for i in at if not text[i].isspace()] == visible(text)


@settings(max_examples=25, deadline=None)
@given(texts.filter(str.strip), st.integers(5_000, 50_000))
def test_nothing_is_lost_of_a_long_text(text: str, length: int) -> None:
    long = text * -(-length // len(text))  # sentencex reads texts of this size in parts
    assert [at for at in covered(split_sentences(long)) if not long[at].isspace()] == visible(long)


@settings(max_examples=600, deadline=None)
@given(texts)
def test_a_sentence_is_never_empty_nor_has_space_at_its_ends(text: str) -> None:
    for sentence in sentences(text):
        assert sentence
        assert sentence == sentence.strip()


def test_shipped_abstracts_have_several_sentences_of_readable_length() -> None:
    page = files("footnote.store.corpus").joinpath("001_f2f8f320e3653e22.txt").read_text("utf-8")
    for listing in collect(parse_page(page, "page"), "page").listings:
        found = sentences(listing.abstract)
        assert len(found) >= 4
        assert max(map(len, found)) < 800


@pytest.mark.parametrize("text", [
    "Models differ, e.g. Llama and Qwen, i.e. open ones.",
    "Smith et al. found that it holds.",
    "Smith et al. (2020) found that it holds.",
    "We test Self-Preservation vs. Human Safety and sheep vs. that of goats.",
    "See Fig. 3, Figs. 4 and Eq. (5) in Sec. 2.",
    "It takes approx. 5 days.",
    "It rose by 3.5 points to 85.2 in all.",
    "We replace O(n) by D^2O and Q^{pi_{sft}} with p < .05 here.",
    "The vector An. gambiae bites.",
    "It is at https://github.com/Foo.Bar/Baz.Qux today.",
    "It does well on 1) Summaries of news.",
    "We train (1) SFT with examples, (2) GRPO with rewards, and (3) DPO with both.",
    "It goes on\nover the line, see Fig.\n3 and An.\ngambiae.",
])  # fmt: skip
def test_a_sentence_is_not_cut_inside(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(("text", "parts"), [
    ("We train. We test! Do we win? We do.", ["We train.", "We test!", "Do we win?", "We do."]),
    ("This helps training.We release it.", ["This helps training.", "We release it."]),
    ("It reaches 85.2. The rest is less.", ["It reaches 85.2.", "The rest is less."]),
    ("It wins (p < .001). The rest loses.", ["It wins (p < .001).", "The rest loses."]),
    ("D^2O is first. R^3 is second.", ["D^2O is first.", "R^3 is second."]),
    ("It falls. mRNA rises. p39 stays.", ["It falls.", "mRNA rises.", "p39 stays."]),
    ("It works for several models. our findings differ.",
     ["It works for several models.", "our findings differ."]),
    ('It "works." It does.', ['It "works."', "It does."]),
    ("First.\nSecond.", ["First.", "Second."]),
    ("A heading\n\nA sentence.", ["A heading", "A sentence."]),
    ("A heading\r\n\r\nA sentence.", ["A heading", "A sentence."]),
    ("A heading\n \t\nA sentence.", ["A heading", "A sentence."]),
    ("We ask. 2. The bias is learned. 3. It stays.", ["We ask.", "2. The bias is learned.", "3. It stays."]),
    ("We find two: (1) Stability: it holds. It does so always. (2) Steering: it fails. We go on.",
     ["We find two:", "(1) Stability: it holds.", "It does so always.", "(2) Steering: it fails.",
      "We go on."]),
    ("It was <5 in the young. It was more in the old. It was >9 in all.",
     ["It was <5 in the young.", "It was more in the old.", "It was >9 in all."]),
])  # fmt: skip
def test_sentences_are_told_apart(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_blank_text_has_no_sentence() -> None:
    assert split_sentences("") == split_sentences(" \n\u2028\t ") == []


def tokens_fit(limit: int) -> object:
    """As an embedder counts: words, and long words in pieces of four characters."""
    return lambda text: sum(-(-len(word) // 4) for word in text.split()) <= limit


limits = st.one_of(
    st.integers(1, 80).map(lambda limit: lambda text: len(text) <= limit),
    st.integers(1, 20).map(tokens_fit),
)


@settings(max_examples=600, deadline=None)
@given(texts, limits)
def test_every_passage_fits_and_no_visible_character_is_left_out(text: str, fits: object) -> None:
    assert callable(fits)
    passages = make_passages(text, split_sentences(text), fits)
    at = covered(passages)
    assert at == sorted(set(at))
    assert [i for i in at if not text[i].isspace()] == visible(text)
    assert all(fits(passage.of(text)) for passage in passages)
    assert all(passage.of(text).strip() == passage.of(text) != "" for passage in passages)


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(20, 200))
def test_a_passage_is_made_of_whole_sentences_where_each_fits(text: str, limit: int) -> None:
    spans = split_sentences(text)
    if all(span.end - span.start <= limit for span in spans):
        passages = make_passages(text, spans, lambda part: len(part) <= limit)
        assert {passage.start for passage in passages} <= {span.start for span in spans}
        assert {passage.end for passage in passages} <= {span.end for span in spans}


def test_a_text_that_fits_is_one_passage() -> None:
    text = "We train. We test."
    assert make_passages(text, split_sentences(text), lambda part: True) == [Span(0, len(text))]
    assert make_passages("", [], lambda part: True) == []


def test_the_last_passage_is_no_stub() -> None:
    text = " ".join(f"Sentence number {n} is here." for n in range(1, 6))
    passages = make_passages(text, split_sentences(text), lambda part: len(part) <= 120)
    assert [passage.of(text).count(".") for passage in passages] == [3, 2]


def test_a_sentence_that_does_not_fit_is_cut_at_spaces() -> None:
    text = "one two three four five six"
    cut = split_long(text, Span(0, len(text)), lambda part: len(part) <= 10)
    assert [span.of(text) for span in cut] == ["one two", "three", "four", "five six"]


def test_a_word_that_does_not_fit_is_cut_inside() -> None:
    cut = split_long("abcdefgh", Span(0, 8), lambda part: len(part) <= 3)
    assert "".join(span.of("abcdefgh") for span in cut) == "abcdefgh"
    assert max(span.end - span.start for span in cut) <= 3


@pytest.mark.parametrize("text", [
    "word " * 10_000, "a" * 50_000, "Ab c. " * 8_000, "An. gambiae " * 4_000, "(1) A " * 8_000, "• " * 25_000,
    "😀. " * 16_000, "a\n\n" * 16_000, "Ab c.\nDe f.\r\n\r\n" * 3_000,
])  # fmt: skip
def test_the_longest_abstracts_are_split_without_loss(text: str) -> None:
    looked_at = 0

    def fits(part: str) -> bool:
        nonlocal looked_at
        looked_at += len(part)
        return len(part) <= 900

    passages = make_passages(text, split_sentences(text), fits)
    assert sum(len("".join(passage.of(text).split())) for passage in passages) == len("".join(text.split()))
    # Bounded by windows and by levels of halving: never text times text.
    assert looked_at < 250 * len(text)
