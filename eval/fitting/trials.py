"""Questions with and without an answer in a library, and the features that the confidence is computed from.

A trial is a question asked of a library; its group says whether the library answers it, and if not, why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from footnote.eval.datasets.field import Field
from footnote.eval.datasets.gold import match_gold
from footnote.eval.datasets.judged import JudgedSet
from footnote.eval.errors import FitError
from footnote.eval.questions import EVERYDAY, QuestionSet
from footnote.rag.conversation.condense import condense
from footnote.rag.conversation.messages import checked
from footnote.rag.retrieval.confidence import ConfidenceFeatures, confidence_features
from footnote.rag.retrieval.retrieve import retrieve
from footnote.rag.settings import Settings
from footnote.store.filters import MAX_IDS, Filters
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.store.progress import Progress

Group = Literal["answerable", "unanswerable", "removed", "foreign", "everyday"]
GROUPS: dict[Group, str] = {
    "answerable": "questions that the library answers",
    "unanswerable": "questions of the set that it doesn't answer, though papers come close",
    "removed": "the answerable questions with their own papers (gold and also_ok) taken out",
    "foreign": "claims of another field",
    "everyday": "questions of everyday life",
}

OWN = "own"
"""The name of the library in use, where it stands for a field."""
FOREIGN = 60
"""Questions of other fields that a library is asked, from each set."""
_SEED = 0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A question as asked and in its standalone form.

    id: trials of one question share it. gold: ids of the papers that answer it. without: ids of papers
    that are taken out of the library. field: whose library is asked.
    """

    group: Group
    id: str
    question: str
    standalone: str
    gold: frozenset[str] = frozenset()
    without: tuple[str, ...] = ()
    field: str = OWN


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """A trial and what speaks for and against an answer; signs None: nothing was found.

    right: whether the best paper found is one that answers.
    """

    trial: Trial
    signs: ConfidenceFeatures | None
    right: bool = False


def question_trials(question_set: QuestionSet, papers: Iterable[Paper], settings: Settings) -> list[Trial]:
    """Every question, and the answerable ones once more without the papers that answer them.

    Raises GoldError where the questions don't fit the library, QuestionError for one that can't be
    asked.
    """
    golds = match_gold(question_set, papers)
    trials: list[Trial] = []
    for one in question_set.questions:
        question, gold = checked(one.question, settings.max_question_chars), golds[one.id]
        standalone = condense(question, one.history)
        group: Group = "answerable" if gold.answerable else "unanswerable"
        own = gold.papers | gold.also_ok
        trials.append(Trial(group=group, id=one.id, question=question, standalone=standalone, gold=own))
        if gold.answerable:
            trials.append(_removed(trials[-1], own))
    return trials


def judged_trials(judged: JudgedSet) -> list[Trial]:
    """Every query of a set over its own library, with its relevant papers and without them."""
    trials: list[Trial] = []
    for query in judged.queries:
        own = frozenset(p for p, grade in query.grades.items() if grade) | query.neutral
        trials.append(
            Trial(group="answerable", id=query.id, question=query.text, standalone=query.text, gold=own)
        )
        trials.append(_removed(trials[-1], own))
    return trials


def _removed(trial: Trial, own: Iterable[str]) -> Trial:
    without = tuple(sorted(own))
    if len(without) > MAX_IDS:
        raise FitError(f"{trial.id}: {len(without)} papers answer it, at most {MAX_IDS} can be taken out")
    return replace(trial, group="removed", gold=frozenset(), without=without)


def field_trials(field: Field) -> list[Trial]:
    """Every question about a field's own papers, to be asked of the field's library."""
    return [
        Trial(
            group="answerable" if one.answerable else "unanswerable",
            id=one.id,
            question=one.question,
            standalone=one.question,
            gold=frozenset(one.ids) if one.answerable else frozenset(),
            field=field.name,
        )
        for one in field.questions
    ]


def foreign_trials(name: str, questions: Mapping[str, str], field: str = OWN) -> list[Trial]:
    """Sixty questions of another field, drawn alike each time, for a library that has none of its papers.

    name: of the set. questions: texts by id.
    """
    drawn = Random(_SEED).sample(sorted(questions), min(FOREIGN, len(questions)))
    return [_stranger("foreign", f"{name}/{ident}", questions[ident], field) for ident in drawn]


def everyday_trials(field: str = OWN) -> list[Trial]:
    """The questions of `questions/everyday.txt`, one a line."""
    lines = EVERYDAY.read_text(encoding="utf-8").splitlines()
    return [
        _stranger("everyday", f"everyday/{n}", line, field) for n, line in enumerate(lines, start=1) if line
    ]


def _stranger(group: Group, ident: str, text: str, field: str) -> Trial:
    return Trial(group=group, id=ident, question=text, standalone=text, field=field)


def run_trials(
    trials: Sequence[Trial], library: Library, settings: Settings, progress: Progress | None = None
) -> list[TrialResult]:
    """Searches for each in the library, as the product does without a model."""
    tried: list[TrialResult] = []
    for trial in trials:
        found = retrieve(
            library,
            trial.standalone,
            papers=settings.resolved_papers,
            candidates=settings.candidates,
            ranking=settings.ranking,
            lens=settings.lens,
            filters=Filters(exclude=trial.without) if trial.without else None,
        )
        evidence = found.evidence
        tried.append(
            TrialResult(
                trial=trial,
                signs=confidence_features(trial.question, found, library),
                right=bool(evidence) and evidence[0].paper.id in trial.gold,
            )
        )
        if progress:
            progress(len(tried), len(trials))
    return tried
