"""Feedback as files: what becomes a case, what a pair, and what is left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from footnote.app import app
from footnote.eval.commands.evaluate import app as eval_app
from footnote.eval.feedback.export import CASES, PREFERENCES, Exported, export_feedback
from footnote.eval.questions import read_questions
from footnote.rag import Answer, Assistant, Filters
from footnote.rag.answer import Citation, Claim, Nearest
from footnote.store.chats.conversations import FILE, Conversations
from footnote.store.chats.feedback import Feedback
from footnote.store.chats.ids import new_id
from footnote.store.papers import Paper

TPO = Paper(id="p1", title="Triple Preference Optimization", abstract="TPO skips SFT. It gains 1.27 points.")
DPO = Paper(
    id="p2", title="Direct Preference Optimization", abstract="DPO has no reward model.", arxiv="2305.18290"
)
IPO = Paper(id="p3", title="Identity Preference Optimization", abstract="IPO regularises.")
TWINS = [
    Paper(id="t1", title="Twice Told", abstract="The first."),
    Paper(id="t2", title="Twice told!", abstract="The second."),
]
PAPERS = [TPO, DPO, IPO, *TWINS]


def answer(question: str, *cited: Paper, standalone: str | None = None, **more: Any) -> Answer:
    """An answer that quotes the first sentence of each paper."""
    citations = [Citation.of(paper, 0, paper.abstract.index(".") + 1) for paper in cited]
    claims = [
        Claim(text=c.quote, citations=(n,), verdict="quoted", quoted=True)
        for n, c in enumerate(citations, start=1)
    ]
    return Answer(
        question=question,
        standalone=standalone or question,
        status="answered" if cited else "unsupported",
        claims=tuple(claims),
        citations=tuple(citations),
        mode="extractive",
        **more,
    )


class Reader:
    """One reader's conversation, feedback on it, and its export."""

    def __init__(self, kept: Conversations) -> None:
        self.kept, self.feedback, self.owner = kept, Feedback(kept), new_id()
        self.begin()

    def begin(self) -> None:
        self.conversation = self.kept.begin(self.owner)

    def ask(self, given: Answer | str) -> int:
        dumped = given if isinstance(given, str) else given.model_dump_json()
        question = "A question?" if isinstance(given, str) else given.question
        number = self.kept.append(self.owner, self.conversation, question, dumped, settings="abc123")
        self.feedback.notice(self.owner, self.conversation, number)
        return number

    def say(self, number: int, kind: Any, **more: Any) -> None:
        self.feedback.give(self.owner, self.conversation, number, kind, **more)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(Conversations.in_folder(tmp_path / "home"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def export(reader: Reader, out: Path) -> Callable[..., Exported]:
    def run(papers: Sequence[Paper] = PAPERS, since: datetime | None = None) -> Exported:
        return export_feedback(reader.feedback, lambda: papers, out, since=since)

    return run


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_an_answer_that_is_liked_is_a_case(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    reader.say(reader.ask(answer("What does TPO skip?", TPO, DPO)), "up")
    assert export() == Exported(cases=1, preferences=0, skipped=())
    (case,) = rows(out / CASES)
    assert (case["type"], case["question"], case["answerable"]) == ("feedback", "What does TPO skip?", True)
    assert case["papers"] == [TPO.title, DPO.title]
    assert case["evidence"] == [
        {"paper": TPO.title, "quote": "TPO skips SFT."},
        {"paper": DPO.title, "quote": "DPO has no reward model."},
    ]
    assert case["feedback"]["settings"] == "abc123"
    assert case["feedback"]["kinds"] == ["up"]
    assert not (out / PREFERENCES).exists()
    (question,) = read_questions(out / CASES).questions
    assert question.id == case["id"]


def test_footnotes_that_are_wrong_are_no_gold(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    number = reader.ask(answer("Which methods?", TPO, DPO, IPO))
    reader.say(number, "up")
    reader.say(number, "wrong_source", footnote=2)
    reader.say(number, "down", footnote=3)
    export()
    (case,) = rows(out / CASES)
    assert (case["papers"], case["near"], case["also_ok"]) == ([TPO.title], [DPO.title, IPO.title], [])
    assert [e["paper"] for e in case["evidence"]] == [TPO.title]
    reader.say(number, "wrong_source", footnote=1)
    (out / CASES).unlink()
    assert "found each of its footnotes wrong" in export().skipped[0]
    assert not (out / CASES).exists()


@pytest.mark.parametrize(
    "more",
    [
        {"paper": "p2"},
        {"comment": "direct preference optimization"},
        {"comment": "Where is “Direct Preference Optimization”?"},
        {"comment": "It's missing:\nDirect preference-optimization."},
        {"comment": "You forgot 2305.18290, I think."},
    ],
)
def test_a_missing_paper_that_the_library_has_is_gold(
    reader: Reader, out: Path, export: Callable[..., Exported], more: dict[str, str]
) -> None:
    reader.say(reader.ask(answer("Which methods?", TPO)), "missing_paper", **more)
    assert export().cases == 1
    (case,) = rows(out / CASES)
    assert (case["papers"], case["also_ok"], case["evidence"]) == ([DPO.title], [TPO.title], [])
    assert read_questions(out / CASES).questions[0].answerable


def test_a_liked_answer_that_lacks_a_paper_has_both(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    number = reader.ask(answer("Which methods?", TPO))
    reader.say(number, "up")
    reader.say(number, "missing_paper", paper="p3")
    export()
    (case,) = rows(out / CASES)
    assert case["papers"] == [TPO.title, IPO.title]
    assert case["feedback"]["kinds"] == ["missing_paper", "up"]


@pytest.mark.parametrize("more", [{"paper": "p9"}, {"comment": "something newer"}, {"comment": "Twice Told"}])
def test_a_missing_paper_that_is_nowhere_or_twice_is_left_out(
    reader: Reader, out: Path, export: Callable[..., Exported], more: dict[str, str]
) -> None:
    reader.say(reader.ask(answer("Which methods?", TPO)), "missing_paper", **more)
    done = export()
    assert done.cases == 0
    assert "no paper of this library, or not one alone" in done.skipped[0]
    assert not out.exists()


def test_a_refusal_that_is_right_is_a_question_without_an_answer(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    nearest = (Nearest(paper=IPO, score=0.2),)
    reader.say(reader.ask(answer("Who won the cup?", nearest=nearest)), "up")
    reader.say(reader.ask(answer("Who won it in 2024?", filters=Filters(since="2024"))), "up")
    done = export()
    assert "passed the filters" in done.skipped[0]
    (case,) = rows(out / CASES)
    assert (case["type"], case["answerable"], case["papers"]) == ("unanswerable", False, [])
    assert case["near"] == [IPO.title]
    assert not read_questions(out / CASES).questions[0].answerable


def test_a_question_about_chosen_papers_is_left_out(reader: Reader, export: Callable[..., Exported]) -> None:
    reader.say(reader.ask(answer("Compare these.", TPO, DPO, filters=Filters(only=("p1", "p2")))), "up")
    assert "chosen papers alone" in export().skipped[0]


def test_a_follow_up_comes_with_its_conversation(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    reader.ask(answer("Which methods are there?", TPO, DPO))
    reader.say(reader.ask(answer("How does the second one work?", DPO)), "up")
    export()
    (question,) = read_questions(out / CASES).questions
    assert question.type == "followup"
    assert [(m.role, m.content[:12]) for m in question.history] == [
        ("user", "Which method"), ("assistant", "“TPO skips S"),
    ]  # fmt: skip
    # What the words point at is lost with the answer, so it is named.
    assert question.question == "How does “Direct Preference Optimization” work?"


def test_a_case_that_does_not_fit_the_library_any_more_is_left_out(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    reader.say(reader.ask(answer("What does TPO skip?", TPO)), "up")
    reader.say(reader.ask(answer("What has DPO?", DPO)), "up")
    reader.say(reader.ask('{"text": "of an older Footnote"}'), "up")
    changed = TPO.model_copy(update={"abstract": "TPO omits SFT."})
    removed, unreadable = export([changed, IPO]).skipped[1:], export([changed, IPO]).skipped[0]
    assert "can't be read by this version" in unreadable
    assert "doesn't hold the words 'TPO skips SFT.'" in removed[0]
    assert "no paper is titled 'Direct Preference Optimization'" in removed[1]
    assert not out.exists()


def test_the_same_of_two_readers_is_one_case(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    for one in (reader, other := Reader(reader.kept)):
        one.say(one.ask(answer("What does TPO skip?", TPO)), "up")
    assert export().cases == 1
    other.say(1, "missing_paper", paper="p3")
    assert export().cases == 2


def pairs(out: Path) -> list[tuple[str, ...]]:
    return [
        (row["relation"], row["signal"], row["prompt"], row["chosen"], row["rejected"])
        for row in rows(out / PREFERENCES)
    ]


def test_the_same_question_answered_twice_is_a_pair(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    one, other = answer("What does TPO skip?", DPO), answer("what does TPO skip", TPO)
    reader.say(reader.ask(one), "down", comment="Not about TPO.")
    reader.begin()
    reader.say(reader.ask(other), "up")
    assert export().preferences == 1
    assert pairs(out) == [("same", "down", "what does TPO skip", other.text, one.text)]
    (row,) = rows(out / PREFERENCES)
    assert row["comment"] == "Not about TPO."
    assert row["rejected_from"]["question"] == "What does TPO skip?"
    assert row["chosen_from"]["settings"] == "abc123"


def test_a_rephrased_question_is_a_pair_later_in_the_conversation(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    reader.say(reader.ask(answer("Which step does triple preference optimization skip?", DPO)), "down")
    reader.say(
        reader.ask(answer("Which training step is skipped by triple preference optimization?", TPO)), "up"
    )
    reader.say(reader.ask(answer("Which step does direct alignment skip?", IPO)), "down")
    assert export().preferences == 1
    assert [pair[:2] for pair in pairs(out)] == [("rephrased", "down")]


def test_an_objection_and_the_answer_to_it_are_a_pair(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    standalone = "What is the loss? No, I meant of TPO."
    first, second = (
        answer("What is the loss?", DPO),
        answer("No, I meant of TPO.", TPO, standalone=standalone),
    )
    reader.ask(first)
    number = reader.ask(second)
    assert export() == Exported(cases=0, preferences=0, skipped=())
    reader.say(number, "up")
    assert export().preferences == 1
    assert pairs(out) == [("follow-up", "dissatisfied", standalone, second.text, first.text)]
    reader.say(1, "up")  # what is pressed outweighs what was written
    (out / PREFERENCES).unlink()
    assert export().preferences == 0
    assert not (out / PREFERENCES).exists()


def test_no_pair_of_other_readers_other_scopes_or_the_same_words(
    reader: Reader, export: Callable[..., Exported]
) -> None:
    question = "What does TPO skip?"
    reader.say(reader.ask(answer(question, DPO)), "down")
    reader.say(reader.ask(answer(question, TPO, filters=Filters(since="2024"))), "up")
    reader.say(reader.ask(answer(question, DPO)), "up")
    other = Reader(reader.kept)
    other.say(other.ask(answer(question, TPO)), "up")
    assert export().preferences == 0


def test_since_leaves_out_what_was_given_before(
    reader: Reader, out: Path, export: Callable[..., Exported]
) -> None:
    reader.say(reader.ask(answer("What does TPO skip?", TPO)), "up")
    reader.say(reader.ask(answer("What has IPO?", IPO)), "up")
    between = datetime.now(UTC)
    assert export(since=between) == Exported(cases=0, preferences=0, skipped=())
    reader.say(reader.ask(answer("What does TPO skip?", DPO)), "down")
    assert export(since=between) == Exported(cases=0, preferences=1, skipped=())
    reader.say(2, "up")
    assert export(since=between) == Exported(cases=1, preferences=1, skipped=())
    assert [case["papers"] for case in rows(out / CASES)] == [[IPO.title]]


def test_nothing_says_who_asked(reader: Reader, out: Path, export: Callable[..., Exported]) -> None:
    reader.say(reader.ask(answer("What does TPO skip?", TPO)), "up")
    reader.say(reader.ask(answer("What does TPO skip?", DPO)), "down")
    token = reader.kept.share(reader.owner, reader.conversation)
    export()
    written = "".join(file.read_text("utf-8") for file in out.iterdir())
    assert len(list(out.iterdir())) == 2
    for secret in (reader.owner, reader.conversation, token):
        assert secret not in written


# The command


def test_export_writes_cases_that_a_run_takes(
    own_library_home: Path, assistant: Assistant, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(own_library_home))
    reader = Reader(Conversations.in_folder(own_library_home))
    first = assistant.ask("What are Adaptive Chameleons?")
    reader.say(reader.ask(first), "up")
    reader.say(reader.ask(assistant.ask("Who trained it?", history=[first])), "up")
    (missed,) = assistant.search("How does URIAL work?", 1).hits
    reader.begin()
    reader.say(reader.ask(assistant.ask("How is alignment done without tuning?")), "missing_paper",
               paper=missed.paper.id)  # fmt: skip
    reader.ask(assistant.ask("No, I meant URIAL."))
    reader.say(2, "up")
    ran = CliRunner().invoke(app, ["feedback", "export", "--out", str(out)])
    assert ran.exit_code == 0, ran.stderr
    assert f"cases in {out / CASES}" in ran.stderr
    cases = read_questions(out / CASES).questions
    assert {first.citations[0].paper.title, missed.paper.title} <= {t for case in cases for t in case.papers}
    again = CliRunner().invoke(
        eval_app, ["run", "--questions", str(out / CASES), "--out", str(out / "run"), "--json"]
    )
    assert again.exit_code == 0, again.stderr
    samples = rows(out / "run" / "samples.jsonl")
    assert {sample["id"] for sample in samples} == {case.id for case in cases}
    assert not any(sample["error"] for sample in samples)


def test_export_of_nothing_writes_nothing_and_says_so(
    own_library_home: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(own_library_home))

    def told(*options: str) -> str:
        ran = CliRunner().invoke(app, ["feedback", "export", "--out", str(out), *options])
        assert ran.exit_code == 0, ran.stderr
        assert not out.exists()
        assert ran.stdout == ""
        return ran.stderr

    assert "there are no conversations" in told()
    assert not (own_library_home / FILE).exists()
    reader = Reader(Conversations.in_folder(own_library_home))
    reader.ask(answer("What does TPO skip?", TPO))
    assert "Nothing to export: no reader marked" in told()
    assert "since 2024-05-31" in told("--since", "2024-05-31")


def test_a_folder_that_can_not_be_used_is_named(reader: Reader, tmp_path: Path) -> None:
    from footnote.eval.errors import RunError

    reader.say(reader.ask(answer("What does TPO skip?", TPO)), "up")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="file"):
        export_feedback(reader.feedback, lambda: PAPERS, tmp_path / "file" / "out")
