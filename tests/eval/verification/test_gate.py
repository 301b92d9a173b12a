"""The measure of the checks: the sets, whether they can be guessed, and the command on a small file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from footnote.eval.commands.evaluate import app
from footnote.eval.verification import SHIPPED, Pair, SetName, read_pairs
from footnote.eval.verification.errors import PairSetError
from footnote.eval.verification.guessing import guesses
from footnote.eval.verification.measure import ALL, TRUE, Share, measure, rule_on
from tests.model_server import ModelServer


def line(**changes: Any) -> str:
    pair = {
        "id": "p1",
        "claim": "Drag fell by 2.1% in cruise.",
        "evidence": ["With the film, total drag fell by 2.1% in cruise."],
        "supported": True,
        **changes,
    }
    return json.dumps({name: value for name, value in pair.items() if value is not None})


# --- the sets that ship


def test_each_set_has_true_and_false_claims_and_no_id_twice() -> None:
    pairs = {name: read_pairs(file) for name, file in SHIPPED.items()}
    assert max(Counter(pair.id for some in pairs.values() for pair in some).values()) == 1
    for some in pairs.values():
        assert 0.35 < sum(pair.supported for pair in some) / len(some) < 0.65
        assert all(pair.claim not in pair.evidence for pair in some)


def test_in_the_contrast_set_each_claim_is_true_of_one_evidence_and_false_of_another() -> None:
    pairs = read_pairs(SHIPPED["contrast"])
    assert len(pairs) >= 40
    for part in ("claim", "evidence"):
        seen: dict[object, list[bool]] = {}
        for pair in pairs:
            seen.setdefault(getattr(pair, part), []).append(pair.supported)
        assert all(sorted(labels) == [False, True] for labels in seen.values())
    by_claim = guesses(pairs).by_claim
    assert by_claim is not None
    assert abs(by_claim - 0.5) <= 0.05


def test_no_paper_and_no_evidence_is_in_dev_and_heldout() -> None:
    dev, heldout = read_pairs(SHIPPED["dev"]), read_pairs(SHIPPED["heldout"])
    assert not {e for pair in dev for e in pair.evidence} & {e for pair in heldout for e in pair.evidence}
    assert not {t for pair in dev for t in pair.titles} & {t for pair in heldout for t in pair.titles}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_hard_checks_refuse_no_true_claims_and_catch_wrong_numbers(name: SetName) -> None:
    record = measure(name, read_pairs(SHIPPED[name]))
    rows = {row.kind: row.refused for row in record.kinds}
    assert rows[TRUE].value <= 0.02
    assert sum(rows[kind].hits for kind in ("number", "unit", "wrong_id") if kind in rows) >= 0.9 * sum(
        rows[kind].n for kind in ("number", "unit", "wrong_id") if kind in rows
    )
    for true, false in record.cautions.values():
        assert true + false < 8 or false / (true + false) >= 0.7


# --- guessing


def test_labels_that_the_claim_or_its_words_give_away_are_guessed() -> None:
    def pair(n: int, claim: str, evidence: str, *, supported: bool) -> Pair:
        return Pair(id=str(n), claim=claim, evidence=(evidence,), supported=supported)

    told = [
        pair(
            n,
            f"Drag number {n} {'fell' if n % 2 else 'never fell'}.",
            f"Sentence {n}.",
            supported=bool(n % 2),
        )
        for n in range(40)
    ]
    found = guesses(told)
    assert found.by_claim == 1
    assert found.guessable
    copied = [
        pair(n, f"Drag {n} fell.", f"Drag {n} fell." if n % 2 else f"Lift {n} rose.", supported=bool(n % 2))
        for n in range(40)
    ]
    assert guesses(copied).by_overlap == 1
    assert guesses(told[:1]).by_claim is None


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
    assert [(pair.kind, pair.titles) for pair in read_pairs(file)] == [("any", ())]


# --- measuring


def test_wilson() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3
    for hits, n, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611), (29, 29, 0.8830, 1)):
        assert Share(hits, n).interval == pytest.approx((low, high), abs=5e-5)


def test_a_pair_with_an_unknown_marker_is_refused_whatever_its_evidence_says() -> None:
    true = Pair.model_validate_json(line())
    assert rule_on(true).passes
    for evidence in (true.evidence, ()):
        marked = true.model_copy(update={"unknown": ("9.9",), "evidence": evidence})
        assert not rule_on(marked).passes


def test_a_pair_on_a_shipped_paper_may_name_what_its_abstract_names() -> None:
    pairs = {pair.id: pair for pair in read_pairs(SHIPPED["sloppy"])}
    portia = pairs["s-057"]  # its sentence says "it"
    assert rule_on(portia).passes
    elsewhere = portia.model_copy(update={"evidence": (portia.evidence[0] + " So it does.",)})
    assert [finding.kind for finding in rule_on(elsewhere).findings] == ["name"]


def some_pairs(folder: Path) -> Path:
    evidence = ["With the film, total drag fell by 2.1% in cruise at Mach 0.52."]
    pairs: list[dict[str, Any]] = [
        {"id": "t1", "kind": "verbatim", "claim": evidence[0]},
        {"id": "f1", "kind": "number", "claim": "Drag fell by 7.4% in cruise.", "supported": False},
        {"id": "f2", "kind": "odd", "claim": "Drag rose by 2.1% in cruise.", "supported": False},
        {"id": "f3", "kind": "hedge", "claim": "Drag may have fallen by 2.1%.", "supported": False},
        {"id": "f4", "kind": "wrong_id", "unknown": ["9.1"], "supported": False},
    ]
    file = folder / "some.jsonl"
    file.write_text("\n".join(line(**{"evidence": evidence, **pair}) for pair in pairs))
    return file


def test_a_judge_is_asked_of_what_the_hard_checks_let_pass(tmp_path: Path) -> None:
    asked: list[tuple[str, Sequence[str]]] = []

    def judge(claim: str, evidence: Sequence[str]) -> bool:
        asked.append((claim, evidence))
        return "rose" not in claim

    pairs = read_pairs(some_pairs(tmp_path))
    record = measure("some", pairs, judge)
    rows = {row.kind: row for row in record.kinds}
    assert [claim for claim, _ in asked] == [pairs[0].claim, pairs[2].claim, pairs[3].claim]
    assert rows["odd"].refused.value == 0
    assert rows["odd"].with_judge == Share(1, 1)
    assert rows[ALL].refused == Share(2, 3)  # without the hedge
    assert rows[ALL].with_judge == Share(3, 3)
    assert rows[TRUE].with_judge == Share(0, 1)
    assert [one.pair.id for one in record.mistakes] == ["f3"]


@pytest.mark.parametrize(("script", "true", "false"), [("judge_right", 0, 2), ("judge_refuses_all", 1, 3)])
def test_a_model_that_is_set_judges_the_pairs(
    tmp_path: Path,
    model_server: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    true: int,
    false: int,
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted-1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", model_server.base_url)
    model_server.script(script)
    record = json.loads(ran("--pairs", some_pairs(tmp_path), "--json"))
    kinds = {row["kind"]: row["with_judge"]["hits"] for row in record["kinds"]}
    assert (kinds[TRUE], kinds[ALL]) == (true, false)
    assert len(model_server.requests) == 1


def ran(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, ["gate", *map(str, arguments)])
    assert result.exit_code == 0, (result.stderr, result.exception)
    return result.stdout


def test_the_command_on_a_small_file(tmp_path: Path) -> None:
    record = json.loads(ran("--pairs", some_pairs(tmp_path), "--json", "--mistakes"))
    assert record["set"] == "some.jsonl"
    kinds = {row["kind"]: row for row in record["kinds"]}
    assert list(kinds) == [TRUE, "number", "odd", "hedge", "wrong_id", ALL]
    assert [kinds[kind]["refused"]["value"] for kind in (TRUE, "number", "odd")] == [0, 1, 0]
    assert kinds["number"]["with_judge"] is None
    assert [mistake["id"] for mistake in record["mistakes"]] == ["f2", "f3"]
    assert record["ms_a_pair"] > 0


def test_the_tables_show_the_same(tmp_path: Path) -> None:
    file = some_pairs(tmp_path)
    plain = ran("--pairs", file)
    assert "some.jsonl: refused by the hard checks alone" in plain
    assert "hedge *" in plain
    assert "2 mistakes" in plain
    assert "Mach" not in plain
    assert "f2 (odd, false): passes" in ran("--pairs", file, "--mistakes")
    assert "warning" in plain


def test_the_set_that_is_asked_for_is_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SHIPPED:
        file = tmp_path / f"{name}.jsonl"
        file.write_text(line(id=name))
        monkeypatch.setitem(SHIPPED, name, file)

    def sets(*options: str) -> list[str]:
        return [json.loads(each)["set"] for each in ran(*options, "--json").splitlines()]

    assert sets() == ["sloppy.jsonl", "contrast.jsonl", "independent.jsonl", "dev.jsonl", "heldout.jsonl"]
    assert sets("--set", "dev") == ["dev.jsonl"]


def test_a_bad_file_ends_the_command_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"{line()}\n{{")
    result = CliRunner().invoke(app, ["gate", "--pairs", str(file)])
    assert isinstance(result.exception, PairSetError)
    assert result.exception.line == 2
    both = CliRunner().invoke(app, ["gate", "--pairs", str(file), "--set", "dev"])
    assert both.exit_code == 2
