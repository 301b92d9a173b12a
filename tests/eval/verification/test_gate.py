"""The measure of the gate: the pairs, how they are made, and what the command says of a small file."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from footnote.eval.commands.evaluate import app
from footnote.eval.verification import SHIPPED, Pair, Split, read_pairs
from footnote.eval.verification.build import COUNTS, TRUE_KINDS, build
from footnote.eval.verification.corruptions import (
    negated,
    redirected,
    swapped_numbers,
    swapped_sides,
    wrong_name,
    wrong_number,
    wrong_unit,
)
from footnote.eval.verification.errors import PairSetError
from footnote.eval.verification.measure import Share, measure, rule_on
from footnote.eval.verification.sources import half_of
from footnote.eval.verification.truths import framed, reordered, respelled, reworded
from footnote.store.display import plain_text
from footnote.store.embedders.minilm import MiniLM
from footnote.store.papers import title_key

SPLITS = get_args(Split)


def line(**changes: Any) -> str:
    pair = {
        "id": "p1",
        "claim": "Drag fell by 2.1% in cruise.",
        "evidence": ["With the film, total drag fell by 2.1% in cruise."],
        "supported": True,
        **changes,
    }
    return json.dumps({name: value for name, value in pair.items() if value is not None})


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w.-]*\w", text))


def of_origin(split: Split, origin: str) -> list[Pair]:
    return [pair for pair in read_pairs(SHIPPED[split]) if pair.origin == origin]


# --- the sets that ship


def test_the_shipped_sets_hold_as_many_pairs_as_promised() -> None:
    by_hand = [pair for split in SPLITS for pair in of_origin(split, "hand")]
    by_rule = [pair for split in SPLITS for pair in of_origin(split, "rule")]
    assert len(by_hand) >= 80
    assert len(by_rule) >= 400
    assert 0.35 < sum(pair.supported for pair in by_hand) / len(by_hand) < 0.65
    hard = {
        "number",
        "name",
        "negation",
        "direction",
        "roles",
        "overgeneral",
        "wrong_sentence",
        "absent",
        "unit",
    }
    assert hard <= {pair.kind for pair in by_hand if not pair.supported}
    assert {"paraphrase", "combined", "attribution", "number_form"} <= {
        pair.kind for pair in by_hand if pair.supported
    }
    ids = Counter(pair.id for pair in by_hand + by_rule)
    assert max(ids.values()) == 1


def test_no_paper_and_no_evidence_is_in_both_halves() -> None:
    titles, sentences = (
        {split: {part for pair in read_pairs(SHIPPED[split]) for part in parts(pair)} for split in SPLITS}
        for parts in (lambda pair: map(title_key, pair.titles), lambda pair: pair.evidence)
    )
    assert not titles["dev"] & titles["heldout"]
    assert not sentences["dev"] & sentences["heldout"]
    for split in SPLITS:
        assert {half_of(title) for pair in read_pairs(SHIPPED[split]) for title in pair.titles} == {split}


@pytest.mark.parametrize("split", SPLITS)
def test_the_rule_made_pairs_are_what_the_builder_makes(split: Split) -> None:
    made = build(split)
    assert made == of_origin(split, "rule")
    counts = Counter(pair.kind for pair in made)
    assert set(counts) == set(COUNTS)
    assert all(counts[kind] <= COUNTS[kind] for kind in counts)
    assert build(split, seed=5) != made


@pytest.mark.parametrize("split", SPLITS)
def test_each_false_claim_differs_from_its_evidence_and_the_true_ones_keep_its_numbers(split: Split) -> None:
    for pair in of_origin(split, "rule"):
        said = [plain_text(sentence) for sentence in pair.evidence]
        assert pair.supported is (pair.kind in TRUE_KINDS)
        if not pair.supported and not pair.unknown:
            assert pair.claim not in said
            assert all(pair.claim.rstrip(".") not in sentence for sentence in said), pair.id
        if pair.kind == "name":
            known = words(" ".join([*said, *pair.titles]))
            assert words(pair.claim) - known - words("The the authors Their their"), pair.id


def test_a_claim_made_by_hand_is_not_its_evidence() -> None:
    for split in SPLITS:
        for pair in of_origin(split, "hand"):
            assert pair.claim not in pair.evidence


# --- making claims

SENTENCE = (
    "We show that iREPO outperforms DPO on MT-Bench, which has 80 questions, and does not need 7B models."
)


def test_a_wrong_number_is_not_in_the_source() -> None:
    text = "It has 1,024 keys, 12% of 3.5 million."
    numbers = re.compile(r"[\d.,]*\d")
    for seed in range(50):
        claim = wrong_number(text, Random(seed))
        assert claim is not None
        assert len(set(numbers.findall(claim)) - set(numbers.findall(text))) == 1
    assert wrong_number("GPT-4 and AlpacaEval 2 (1) are named.", Random(1)) is None


def test_a_wrong_name_is_of_the_same_family_and_not_in_the_source() -> None:
    for seed in range(20):
        claim = wrong_name(SENTENCE, SENTENCE + " KTO", "iREPO", ["SAMI"], Random(seed))
        assert claim is not None
        assert claim != SENTENCE
        assert "KTO" not in claim


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("It does not require labels.", "It requires labels."),
        ("They do not require any labels.", "They require labels."),
        ("The method fails to converge.", "The method manages to converge."),
        ("The loss is convex.", "The loss is not convex."),
        ("The model consistently outperforms it.", "The model does not outperform it."),
        ("Hills.", None),
    ],
)
def test_negation(true: str, false: str | None) -> None:
    assert negated(true, Random(0)) == false


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("The cost decreases.", "The cost increases."),
        ("It is faster than ours.", "It is slower than ours."),
        ("We train it to reduce harm.", None),
    ],
)
def test_direction(true: str, false: str | None) -> None:
    assert redirected(true, Random(0)) == false


def test_swaps() -> None:
    assert swapped_numbers("It gains 12% on A and 7% on B.", Random(0)) == "It gains 7% on A and 12% on B."
    assert swapped_numbers("It gains 7% to 12% since 2019, with 7B, 8B and 9B.", Random(0)) is None
    assert swapped_sides("On MT-Bench, iREPO outperforms DPO.") == "On MT-Bench, DPO outperforms iREPO."
    assert swapped_sides("On MT-Bench, iREPO outperforms all.") is None
    assert swapped_sides("On MT-Bench, it outperforms DPO and surpasses KTO.") is None


def test_unit() -> None:
    assert wrong_unit("It has 13 billion parameters.", Random(0)) == "It has 13 million parameters."
    assert wrong_unit("Mistral-7B is named.", Random(0)) is None


def test_claims_said_otherwise() -> None:
    assert reordered("By masking words, we train the large model well.") == (
        "The authors train the large model well by masking words."
    )
    assert reordered("It has one clause.") is None
    assert (
        respelled("It has 3 parts of 7B and 40%.") == "It has three parts of seven billion and forty percent."
    )
    assert reworded("Hills.", Random(0)) is None
    assert "assess" in (reworded("The authors evaluate it.", Random(0)) or "")
    assert framed("The loss is convex.", "On Losses", Random(0)).endswith("the loss is convex.")


@given(text=st.text(max_size=300), seed=st.integers(0, 9))
def test_nothing_that_is_made_equals_what_it_is_made_of(text: str, seed: int) -> None:
    for claim in (
        wrong_number(text, Random(seed)),
        wrong_name(text, text, None, [], Random(seed)),
        negated(text, Random(seed)),
        redirected(text, Random(seed)),
        swapped_numbers(text, Random(seed)),
        swapped_sides(text),
    ):
        assert claim != text


# --- reading


@pytest.mark.parametrize(
    ("content", "number", "part"),
    [
        ("{", 1, "isn't JSON"),
        ("[]", 1, "isn't a JSON object"),
        (f"{line()}\n\n{line(id='p2', claim=None)}", 3, "claim"),
        (line(evidence="one text"), 1, "evidence"),
        (line(evidence=["one", ""]), 1, r"evidence\.1"),
        (line(claim="x" * 20_001), 1, "claim"),
        (line(supported="yes"), 1, "supported"),
        (f"{line()}\n{line()}", 2, "'p1' is taken by line 1"),
        ("\n", None, "holds no pair"),
        (b"\xff", 1, "isn't UTF-8"),
    ],
)
def test_a_bad_file_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, number: int | None, part: str
) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(PairSetError, match=part) as caught:
        read_pairs(file)
    assert caught.value.line == number
    assert str(caught.value).startswith("pairs.jsonl" if number is None else f"pairs.jsonl:{number}: ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PairSetError, match=r"none\.jsonl: can't be read"):
        read_pairs(tmp_path / "none.jsonl")


def test_a_line_of_a_stranger_needs_no_kind(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(line(note="extra") + "\n")
    assert [(pair.kind, pair.origin, pair.titles) for pair in read_pairs(file)] == [("any", "given", ())]


# --- measuring


def test_wilson() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3
    for hits, n, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611), (29, 29, 0.8830, 1)):
        assert Share(hits, n).interval == pytest.approx((low, high), abs=5e-5)


def test_a_pair_with_an_unknown_marker_is_refused_whatever_its_evidence_says() -> None:
    states = MiniLM().states
    true = Pair.model_validate_json(line())
    assert rule_on(true, states).verdict == "supported"
    for evidence in (true.evidence, ()):
        marked = true.model_copy(update={"unknown": ("9.9",), "evidence": evidence})
        assert rule_on(marked, states).verdict != "supported"


def some_pairs(folder: Path) -> Path:
    evidence = ["With the film, total drag fell by 2.1% in cruise at Mach 0.52."]
    true = "With the film, total drag fell by 2.1% in cruise at Mach 0.52."
    false = true.replace("2.1", "7.4")
    pairs: list[dict[str, Any]] = [
        {"id": "t1", "kind": "verbatim", "origin": "hand"},
        {"id": "f1", "kind": "number", "origin": "hand", "claim": false, "supported": False},
        {"id": "f2", "kind": "odd", "origin": "rule", "supported": False},
        {"id": "f5", "kind": "number", "origin": "rule", "claim": false, "supported": False},
        {"id": "f3", "kind": "hedge", "origin": "rule", "supported": False},
        {"id": "f4", "kind": "wrong_id", "origin": "rule", "unknown": ["9.1"], "supported": False},
    ]
    lines = [line(**{"claim": true, "evidence": evidence, **pair}) for pair in pairs]
    file = folder / "some.jsonl"
    file.write_text("\n".join(lines))
    return file


def ran(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, ["gate", *map(str, arguments)])
    assert result.exit_code == 0, (result.stderr, result.exception)
    return result.stdout


def test_the_command_on_a_small_file(tmp_path: Path) -> None:
    record = json.loads(ran("--pairs", some_pairs(tmp_path), "--json", "--mistakes"))
    assert record["sets"] == ["some.jsonl"]
    kinds = {(row["kind"], row["origin"]): row["refused"] for row in record["kinds"]}
    assert [kinds[key]["value"] for key in (("verbatim", "hand"), ("number", "hand"), ("odd", "rule"))] == [
        0,
        1,
        0,
    ]
    assert kinds["number", "hand"]["n"] == kinds["number", "rule"]["n"] == 1
    assert kinds["number", "all"]["n"] == 2
    assert ("odd", "all") not in kinds
    assert 0 < kinds["number", "hand"]["low"] < kinds["number", "hand"]["high"] == 1
    overall = {row["origin"]: row for row in record["overall"]}
    assert list(overall) == ["hand", "rule", "all"]
    assert overall["all"]["recall"]["n"] == 4  # without the hedge
    assert overall["all"]["recall"]["hits"] == 3
    assert overall["all"]["precision"]["value"] == 1
    assert overall["all"]["false_refusals"]["value"] == 0
    assert overall["rule"]["false_refusals"] is None
    assert [mistake["id"] for mistake in record["mistakes"]] == ["f2", "f3"]
    assert record["ms_a_pair"] > 0


def test_the_tables_show_the_same(tmp_path: Path) -> None:
    file = some_pairs(tmp_path)
    plain = ran("--pairs", file)
    assert "some.jsonl: false claims caught" in plain
    assert "hedge *" in plain
    assert "2 mistakes" in plain
    assert "Mach" not in plain
    assert "f2 (odd, false): supported" in ran("--pairs", file, "--mistakes")


def test_the_split_that_is_asked_for_is_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for split in SPLITS:
        file = tmp_path / f"{split}.jsonl"
        file.write_text(line(id=split))
        monkeypatch.setitem(SHIPPED, split, file)

    def sets(*options: str) -> Sequence[str]:
        found: list[str] = json.loads(ran(*options, "--json"))["sets"]
        return found

    assert sets() == sets("--split", "heldout") == ["heldout.jsonl"]
    assert sets("--split", "dev") == ["dev.jsonl"]
    assert sets("--split", "all") == ["dev.jsonl", "heldout.jsonl"]


def test_a_bad_file_ends_the_command_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"{line()}\n{{")
    result = CliRunner().invoke(app, ["gate", "--pairs", str(file)])
    assert isinstance(result.exception, PairSetError)
    assert result.exception.line == 2
    both = CliRunner().invoke(app, ["gate", "--pairs", str(file), "--split", "dev"])
    assert both.exit_code == 2


@pytest.mark.parametrize("split", SPLITS)
def test_the_gate_reaches_its_goals(split: Split) -> None:
    record = measure([(split, read_pairs(SHIPPED[split]))], MiniLM().states)
    goals = {"number": 0.95, "name": 0.95, "wrong_id": 0.95, "negation": 0.80, "direction": 0.80}
    shares = {
        row.kind: row.refused.value for row in record.kinds if row.origin == "all" and row.kind in goals
    }
    assert shares.keys() == goals.keys()
    assert all(shares[kind] >= goal for kind, goal in goals.items()), shares
    refused = record.overall[-1].false_refusals
    assert refused is not None
    assert refused.value <= 0.05
