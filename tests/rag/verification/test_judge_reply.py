from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.verification.judge_reply import Opinion, read_opinions
from tests.rag.hostile import HOSTILE

NO = '{"n": 2, "follows": false, "missing": "the cost", "rewording": "It gains [1.2].", "against": ["4.1"]}'
FULL = {
    1: Opinion(True),
    2: Opinion(False, "the cost", "It gains [1.2].", ((4, 1),)),
}


@pytest.mark.parametrize(
    "reply",
    [
        f'{{"n": 1, "follows": true}}\n{NO}',
        f'```json\n{{"n": 1, "follows": true}}\n{NO}\n```',
        f'Here is what I find:\n[{{"n": 1, "follows": "yes"}},\n{NO}]\nI hope this helps!',
        f'{{"claims": [{{"claim": "1", "verdict": "Supported"}}, {NO}]}}',
        f'<think>{{"n": 1, "follows": false}}</think>{{"n": 1, "follows": true}} {NO}',
        f'{NO} {{"n": 1, "follows": true}} {{"n": 9, "follows": true}}',
        f'{{"1": {{"follows": true}}, "2": {NO}}}',
        f'{{"n": "claim 1", "follows": true}} {{broken {NO}',
    ],
)
def test_the_forms_that_models_use_are_read(reply: str) -> None:
    assert read_opinions(reply, 2) == FULL


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("1: yes\n2: no", {1: True, 2: False}),
        ("1: Yes.\n2: **No**, it isn't said", {1: True, 2: False}),
        ("1: yes 2: no", {1: True, 2: False}),
        ("1: supported\n2: not supported", {1: True, 2: False}),
        ('{"1": "yes", "2": false}', {1: True, 2: False}),
        ('{"n": 1, "follows": true}\n{"n": 1, "follows": false}', {}),
        ('{"n": 1, "follows": "perhaps"}\n{"n": true, "follows": true}', {}),
        ('{"n": 0, "follows": true}\n{"n": 3, "follows": true}', {}),
        ("All claims follow.", {}),
        ('{"n": 1, "foll', {}),
        ("", {}),
    ],
)
def test_only_a_legible_verdict_on_a_claim_that_was_asked_about_counts(
    reply: str, expected: dict[int, bool]
) -> None:
    assert {n: opinion.follows for n, opinion in read_opinions(reply, 2).items()} == expected


@pytest.mark.parametrize("number", ["n", "claim", "number", "id", "no", "index"])
@pytest.mark.parametrize("verdict", ["follows", "verdict", "supported", "judgement", "judgment", "answer"])
def test_each_name_that_models_give_a_field_is_known(number: str, verdict: str) -> None:
    for said, follows in ((True, True), ("yes", True), ("no", False), (False, False)):
        value = {number: 2, verdict: said, "reason": "the  cost", "reworded": "So.", "against": "3.4"}
        assert read_opinions(json.dumps(value), 2) == {2: Opinion(follows, "the cost", "So.", ((3, 4),))}
    assert read_opinions(json.dumps({number: 3, verdict: True}), 2) == {}


@pytest.mark.parametrize(
    ("words", "follows"),
    [
        *[(word, True) for word in ("yes", "Yes, it does", "true", "follows", "*supported*", "entailed")],
        *[(word, False) for word in ("no", "false", "unsupported", "contradicted", "does not follow")],
        *[(word, False) for word in ("doesn't support it", "not supported", '"No"')],
        *[(word, None) for word in ("yesterday", "nothing", "perhaps", "", "is supported", "notable")],
    ],
)
def test_a_verdict_in_words(words: str, follows: bool | None) -> None:
    read = read_opinions(json.dumps({"n": 1, "follows": words}), 1)
    assert [opinion.follows for opinion in read.values()] == ([] if follows is None else [follows])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *[(said, 7) for said in (7, "7", "claim 7", "#7:", "[7].")],
        (999, 999),
        *[(said, None) for said in (1000, 7.0, "the number 7", "7 of nine", None, ["7"])],
    ],
)
def test_the_number_of_a_claim_has_three_digits_and_little_beside_them(
    written: object, number: int | None
) -> None:
    read = read_opinions(json.dumps({"n": written, "follows": True}), 999)
    assert list(read) == ([] if number is None else [number])


def test_of_two_verdicts_that_agree_the_first_counts_and_a_third_that_differs_spoils_both() -> None:
    twice = '{"n": 1, "follows": true, "missing": "a"} {"n": 1, "follows": true, "missing": "b"}'
    assert read_opinions(twice, 1) == {1: Opinion(True, "a")}
    assert read_opinions(twice + '{"n": 1, "follows": false}', 1) == {}


def test_a_long_reply_is_read_to_its_bounds() -> None:
    one = '{"n": %d, "follows": true} '
    assert list(read_opinions("".join(one % n for n in range(1, 601)), 600)) == list(range(1, 501))
    assert list(read_opinions(" " * 99_900 + one % 1 + " " * 100 + one % 2, 2)) == [1]


@given(HOSTILE | st.text('12:yesno \n,{}[]"', max_size=80), st.integers(0, 4))
def test_any_reply_is_read(reply: str, number: int) -> None:
    assert set(read_opinions(reply, number)) <= set(range(1, number + 1))


# Without what begins a tag or a fence, which models put around a reply.
_PLAIN = st.text(st.characters(exclude_characters="<`", exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(st.integers(1, 9), st.tuples(st.booleans(), _PLAIN), max_size=9))
def test_what_is_written_as_asked_comes_back(opinions: dict[int, tuple[bool, str]]) -> None:
    reply = "\n".join(
        json.dumps({"n": n, "follows": follows, "missing": missing}, ensure_ascii=True)
        for n, (follows, missing) in opinions.items()
    )
    read = read_opinions(reply, 9)
    assert {n: (o.follows, o.missing) for n, o in read.items()} == {
        n: (follows, " ".join(missing.split())) for n, (follows, missing) in opinions.items()
    }
