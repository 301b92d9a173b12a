"""Measures of a run: pure functions from outcomes and gold to numbers.

A question gives each measure a `Score`, so many of so many; a measure is the sum of what was got
over the sum of what could be. For most measures a question counts as 1 (a mean over questions);
quote fidelity and citation precision count citations (pooled). A measure to which no question
gives anything has no value but a reason: it is never 0. A question that ended in an error counts
as failed in every measure that it belongs to; it is never left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from footnote.eval.datasets.gold import Gold, GoldQuote
from footnote.eval.measures.outcomes import CitedQuote, Measure, Outcome, Score
from footnote.eval.measures.ranking import RANKING, ranking_values, without_neutral

_FAILED = "the question ended in an error"
_RANKS_ONLY = "the system only ranks papers"
_UNRANKED = "the system gives no ranking"
_UNANSWERABLE = "the library doesn't answer the question"


def _no_part(reason: str) -> Score:
    return Score(0, 0, reason)


_NO_MODEL = "no chat model was asked"
_UNPRICED = "the model has no price: set FOOTNOTE_PRICES"
COSTS = ("dropped_sentences", "tokens", "cost_usd")
_ANSWERS = (
    "quote_fidelity",
    "citation_precision",
    "citation_recall",
    "evidence_recall",
    "refusal_recall",
    "not_answered_recall",
    "false_refusal_rate",
    "closest_rate",
    "wrong_answer_rate",
)
SCORED = (*RANKING, *_ANSWERS, *COSTS)
"""Measures that are a sum over a sum over questions: two runs are compared by them."""
LESS_IS_BETTER = frozenset({"false_refusal_rate", "closest_rate", "wrong_answer_rate", *COSTS})


# One question


def ranking_scores(gold: Gold, outcome: Outcome) -> dict[str, Score]:
    """nDCG@10, recall@5, @10, @20 and MRR of the ranking of papers: see `measures.ranking`.

    Gold papers have relevance 1, others 0. `also_ok` papers are neutral: they are taken out of the
    ranking first, so those behind them move up. Answerable questions only.
    """
    if not gold.papers:
        return dict.fromkeys(RANKING, _no_part(_UNANSWERABLE))
    if outcome.ranking is None and not outcome.failed:
        return dict.fromkeys(RANKING, _no_part(_UNRANKED))
    ranking = without_neutral(outcome.ranking or (), gold.also_ok)
    values = ranking_values(dict.fromkeys(gold.papers, 1), ranking)
    reason = _FAILED if outcome.failed else None
    return {name: Score(value, 1, reason) for name, value in values.items()}


def quote_fidelity(outcome: Outcome, abstracts: Mapping[str, str]) -> Score:
    """Citations with `abstract[start:end] == quote` / citations, pooled over all citations.

    `abstracts` are those of the library's catalog, by id: what an answer says of itself isn't
    trusted. An error counts as one citation that fails.
    """
    if outcome.failed:
        return Score(0, 1, _FAILED)
    if not outcome.citations:
        return _no_part("the answer cites nothing")
    true = sum(_verbatim(citation, abstracts.get(citation.paper)) for citation in outcome.citations)
    return Score(true, len(outcome.citations))


def _verbatim(citation: CitedQuote, abstract: str | None) -> bool:
    # Python would take a negative start from the end, and cut an end beyond the text.
    inside = abstract is not None and 0 <= citation.start < citation.end <= len(abstract)
    return inside and abstract is not None and abstract[citation.start : citation.end] == citation.quote


def citation_precision(gold: Gold, outcome: Outcome) -> Score:
    """Citations of gold papers / citations, pooled over the answered answerable questions.

    Pooled, because a reader meets citations one by one: an answer with five wrong ones misleads
    more than one with one. Citations of `also_ok` papers are neutral, left out of both counts.
    Refused questions have no citations and so no part; citation recall counts them. An error
    counts as one wrong citation. (ALCE, Gao et al. 2023, asks per citation whether it is needed;
    here gold papers stand in for that judgement.)
    """
    if not gold.answerable:
        return _no_part(_UNANSWERABLE)
    if outcome.failed:
        return Score(0, 1, _FAILED)
    counted = [c.paper in gold.papers for c in outcome.citations if c.paper not in gold.also_ok]
    if not counted:
        return _no_part("the answer cites nothing but neutral papers" if outcome.citations
                        else "the answer cites nothing")  # fmt: skip
    return Score(sum(counted), len(counted))


def citation_recall(gold: Gold, outcome: Outcome) -> Score:
    """Gold papers cited / gold papers, as a mean over answerable questions; a refusal counts 0."""
    if not gold.papers:
        return _no_part(_UNANSWERABLE)
    cited = {citation.paper for citation in outcome.citations}
    return Score(len(gold.papers & cited) / len(gold.papers), 1, _FAILED if outcome.failed else None)


def evidence_recall(gold: Gold, outcome: Outcome) -> Score:
    """Gold quotes covered / gold quotes, as a mean over the answerable questions that have any.

    A gold quote is covered when one citation of its paper overlaps at least half of the quote's
    characters (the rationale hit of SciFact, Wadden et al. 2020, on characters); several
    citations that each overlap less don't add up. Where the quote's words stand in the abstract
    more than once, any place will do. A mean over questions, so that a question with many quotes
    doesn't outweigh the others; a refusal counts 0. The share pooled over quotes is another
    figure, lower where questions with many quotes are the hard ones: don't compare the two.
    """
    if not gold.answerable:
        return _no_part(_UNANSWERABLE)
    if not gold.quotes:
        return _no_part("the question has no gold quote")
    covered = sum(_covered(quote, outcome.citations) for quote in gold.quotes)
    return Score(covered / len(gold.quotes), 1, _FAILED if outcome.failed else None)


def _covered(gold: GoldQuote, citations: Iterable[CitedQuote]) -> bool:
    return any(
        citation.paper == gold.paper
        and 2 * (min(citation.end, place.end) - max(citation.start, place.start)) >= place.end - place.start
        for citation in citations
        for place in gold.places
    )


def refusal(gold: Gold, outcome: Outcome) -> Score:
    """Unanswerable questions refused (status `unsupported`) / unanswerable questions."""
    if gold.answerable:
        return _no_part("the library answers the question")
    if outcome.failed:
        return Score(0, 1, _FAILED)
    return Score(float(outcome.declined), 1)


def not_answered(gold: Gold, outcome: Outcome) -> Score:
    """Unanswerable questions declined or given the closest passages / unanswerable questions."""
    if gold.answerable:
        return _no_part("the library answers the question")
    if outcome.failed:
        return Score(0, 1, _FAILED)
    return Score(float(not outcome.claims_to_answer), 1)


def closest(gold: Gold, outcome: Outcome) -> Score:
    """Answerable questions given the closest passages / answerable questions."""
    if not gold.answerable:
        return _no_part(_UNANSWERABLE)
    if outcome.failed:
        return Score(0, 1, _FAILED)
    return Score(float(outcome.status == "closest"), 1)


def wrong_answer(gold: Gold, outcome: Outcome) -> Score:
    """Wrong answers / what is shown as an answer (`answered`, `partial`): less is better.

    An answer is wrong where the library doesn't answer the question, or where it cites no paper that does
    (`papers`, `also_ok`). An error shows no answer, and has no part.
    """
    if outcome.failed or not outcome.claims_to_answer:
        return _no_part(_FAILED if outcome.failed else "it isn't shown as an answer")
    cited = {citation.paper for citation in outcome.citations}
    return Score(float(not (gold.answerable and cited & (gold.papers | gold.also_ok))), 1)


def false_refusal(gold: Gold, outcome: Outcome) -> Score:
    """Answerable questions refused (status `unsupported`) / answerable questions: less is better.

    An error leaves the reader without an answer as a refusal does, and counts as one.
    """
    if not gold.answerable:
        return _no_part(_UNANSWERABLE)
    if outcome.failed:
        return Score(1, 1, _FAILED)
    return Score(float(outcome.declined), 1)


def question_scores(gold: Gold, outcome: Outcome, abstracts: Mapping[str, str]) -> dict[str, Score]:
    """Every measure that one question can be scored by."""
    return {
        **ranking_scores(gold, outcome),
        **_answer_scores(gold, outcome, abstracts),
        **cost_scores(outcome),
    }


def _answer_scores(gold: Gold, outcome: Outcome, abstracts: Mapping[str, str]) -> dict[str, Score]:
    if outcome.status is None and not outcome.failed:
        return dict.fromkeys(_ANSWERS, _no_part(_RANKS_ONLY))
    scores = (
        quote_fidelity(outcome, abstracts),
        citation_precision(gold, outcome),
        citation_recall(gold, outcome),
        evidence_recall(gold, outcome),
        refusal(gold, outcome),
        not_answered(gold, outcome),
        false_refusal(gold, outcome),
        closest(gold, outcome),
        wrong_answer(gold, outcome),
    )
    return dict(zip(_ANSWERS, scores, strict=True))


def cost_scores(outcome: Outcome) -> dict[str, Score]:
    """Sentences of the model that were dropped, tokens and US dollars, each as a mean over questions.

    A question that a system with a chat model answered without a call counts as 0. What an error used isn't
    known: it has no part.
    """
    if outcome.failed:
        return dict.fromkeys(COSTS, _no_part(_FAILED))
    values = (outcome.dropped, outcome.tokens, outcome.cost_usd)
    unpriced = outcome.tokens is not None
    reasons = (_NO_MODEL, _NO_MODEL, _UNPRICED if unpriced else _NO_MODEL)
    return {
        name: _no_part(reason) if value is None else Score(value, 1)
        for name, value, reason in zip(COSTS, values, reasons, strict=True)
    }


# A whole run


_NOTHING_COUNTED = {
    **dict.fromkeys(
        (*RANKING, "citation_recall", "false_refusal_rate", "closest_rate"),
        "no answerable question was asked",
    ),
    "quote_fidelity": "no answer cites anything",
    "citation_precision": "no answer to an answerable question cites a paper that counts",
    "evidence_recall": "no answerable question with a gold quote was asked",
    **dict.fromkeys(("refusal_recall", "not_answered_recall"), "no unanswerable question was asked"),
    "wrong_answer_rate": "nothing is shown as an answer",
    **dict.fromkeys(COSTS, _NO_MODEL),
}


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """P(a positive lies above a negative) + ½ P(they are equal): the area under the ROC curve.

    That is the Mann–Whitney U over the number of pairs (Hanley and McNeil 1982). Neither may be
    empty.
    """
    above = np.sort(np.asarray(positive, dtype=float))
    below = np.asarray(negative, dtype=float)
    equal_or_less = np.searchsorted(above, below, side="right")
    less = np.searchsorted(above, below, side="left")
    wins = (len(above) - equal_or_less) + (equal_or_less - less) / 2
    return float(wins.sum() / (len(above) * len(below)))


def confidences(questions: Sequence[tuple[Gold, Outcome]]) -> dict[bool, list[float]]:
    """The confidences of answerable questions (True) and of others; an error has the worst of its class."""
    values: dict[bool, list[float]] = {True: [], False: []}
    for gold, outcome in questions:
        worst = -math.inf if gold.answerable else math.inf
        known = not outcome.failed and outcome.confidence is not None
        values[gold.answerable].append(outcome.confidence or 0.0 if known else worst)
    return values


def confidence_auroc(questions: Sequence[tuple[Gold, Outcome]]) -> Measure:
    """How well `Answer.confidence` separates answerable questions from unanswerable ones: see `auroc`.

    An error counts as the worst confidence of its class. Not taken where a class is missing or
    an answer gives no confidence.
    """
    n = len(questions)
    if any(outcome.confidence is None and not outcome.failed for _, outcome in questions):
        return Measure(None, n, "an answer gives no confidence")
    values = confidences(questions)
    for answerable, name in ((True, "answerable"), (False, "unanswerable")):
        if not values[answerable]:
            return Measure(None, n, f"no {name} question was asked")
    return Measure(auroc(values[True], values[False]), n)


def latency_percentile(outcomes: Sequence[Outcome], percent: int) -> Measure:
    """The time within which `percent` of the questions were answered, by nearest rank.

    That is the k-th smallest latency of n, with k = percent · n / 100 rounded up.
    An error counts as an answer that never came; where the percentile falls on one, there is no
    value.
    """
    if not outcomes:
        return Measure(None, 0, "no question was asked")
    ordered = sorted(math.inf if outcome.failed else outcome.latency_s for outcome in outcomes)
    value = ordered[-(-percent * len(ordered) // 100) - 1]
    if math.isinf(value):
        return Measure(None, len(ordered), f"more than {100 - percent} % of the questions ended in an error")
    return Measure(value, len(ordered))


def run_measures(
    questions: Sequence[tuple[Gold, Outcome]], abstracts: Mapping[str, str]
) -> dict[str, Measure]:
    """Every measure of a run, by its name. abstracts: the library's, by id of the paper."""
    scores = [question_scores(gold, outcome, abstracts) for gold, outcome in questions]
    outcomes = [outcome for _, outcome in questions]
    measures = {name: _sum(name, [score[name] for score in scores]) for name in SCORED}
    return {
        **measures,
        "confidence_auroc": confidence_auroc(questions),
        "latency_p50_s": latency_percentile(outcomes, 50),
        "latency_p95_s": latency_percentile(outcomes, 95),
    }


def _sum(name: str, scores: Sequence[Score]) -> Measure:
    counted = sum(score.of for score in scores)
    if not counted:
        return Measure(None, 0, _reason(name, scores))
    return Measure(math.fsum(score.got for score in scores) / counted, counted)


def _reason(name: str, scores: Sequence[Score]) -> str:
    """Why no question counts: the system's own reason where it is the same for all, else what was asked."""
    own = {score.reason for score in scores} - {_UNANSWERABLE}
    if len(own) == 1 and (reason := own.pop()) in (_RANKS_ONLY, _UNRANKED, _UNPRICED):
        return reason
    return _NOTHING_COUNTED[name]


NAMES: tuple[str, ...] = (*SCORED, "confidence_auroc", "latency_p50_s", "latency_p95_s")
"""All measures of a run, in the order in which they are shown."""
