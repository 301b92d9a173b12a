"""Measures against examples worked by hand, and against plain second implementations."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from footnote.eval.datasets.gold import Gold, GoldQuote
from footnote.eval.measures import metrics
from footnote.eval.measures.metrics import run_measures
from footnote.eval.measures.outcomes import CitedQuote, Measure, Outcome, Score
from footnote.eval.measures.ranking import RANKING
from footnote.store.sentences import Span

ABSTRACTS = {"a": "0123456789" * 3, "b": "abcdefghij" * 3, "c": "ABCDEFGHIJ" * 3}
UNANSWERABLE = Gold(answerable=False)
REFUSED = Outcome(status="unsupported", ranking=("a", "b"), confidence=0.1, latency_s=1)
FAILED = Outcome(failed=True, latency_s=0.01)


def gold(*papers: str, also_ok: str = "", quotes: tuple[tuple[str, int, int], ...] = ()) -> Gold:
    return Gold(
        answerable=True,
        papers=frozenset(papers),
        also_ok=frozenset(also_ok),
        quotes=tuple(GoldQuote(paper=p, places=(Span(start, end),)) for p, start, end in quotes),
    )


def cite(paper: str, start: int = 0, end: int = 10) -> CitedQuote:
    return CitedQuote(paper=paper, start=start, end=end, quote=ABSTRACTS[paper][start:end])


def answered(
    *citations: CitedQuote, ranking: str = "", confidence: float | None = 0.9, latency_s: float = 1
) -> Outcome:
    return Outcome(ranking=tuple(ranking), citations=citations, confidence=confidence, latency_s=latency_s)


# Ranking


def test_ranking_by_hand() -> None:
    scores = metrics.ranking_scores(gold("a", "b"), answered(ranking="xaxyzwb"))
    # Gold at ranks 2 and 6 (the second x isn't counted again); at best it were 1 and 2.
    ndcg = (1 / math.log2(3) + 1 / math.log2(7)) / (1 + 1 / math.log2(3))
    assert scores["ndcg@10"].value == pytest.approx(ndcg)
    assert scores["mrr"].value == pytest.approx(1 / 2)
    assert scores["recall@5"].value == pytest.approx(1 / 2)
    assert scores["recall@10"].value == pytest.approx(1)


def test_neutral_papers_are_taken_out_of_the_ranking() -> None:
    scores = metrics.ranking_scores(gold("a", also_ok="xy"), answered(ranking="xya"))
    assert {name: score.value for name, score in scores.items()} == dict.fromkeys(RANKING, 1.0)


def test_a_ranking_of_hundreds_keeps_its_order() -> None:
    ranking = tuple(f"p{n}" for n in range(900))
    scores = metrics.ranking_scores(gold("p799"), Outcome(ranking=ranking, latency_s=1))
    assert scores["mrr"].value == pytest.approx(1 / 800)


@given(
    ranking=st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), unique=True),
    papers=st.sets(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1),
    neutral=st.sets(st.sampled_from("abcdefghijklmnopqrstuvwxyz")),
)
def test_ranking_measures_agree_with_their_formulas(
    ranking: list[str], papers: set[str], neutral: set[str]
) -> None:
    neutral -= papers
    scores = metrics.ranking_scores(
        Gold(answerable=True, papers=frozenset(papers), also_ok=frozenset(neutral)),
        Outcome(ranking=tuple(ranking), latency_s=1),
    )
    kept = [paper for paper in ranking if paper not in neutral]
    ranks = [n for n, paper in enumerate(kept, start=1) if paper in papers]
    best = sum(1 / math.log2(n + 1) for n in range(1, min(len(papers), 10) + 1))
    expected = {
        "ndcg@10": sum(1 / math.log2(n + 1) for n in ranks if n <= 10) / best,
        "mrr": 1 / ranks[0] if ranks else 0,
        **{f"recall@{k}": sum(n <= k for n in ranks) / len(papers) for k in (5, 10, 20)},
    }
    assert {name: score.value for name, score in scores.items()} == pytest.approx(expected)


# Citations


def test_fidelity_is_read_from_the_catalog_and_not_from_the_answer() -> None:
    outcome = answered(
        cite("a"),
        CitedQuote(paper="a", start=1, end=11, quote="0123456789"),  # moved by one
        CitedQuote(paper="gone", start=0, end=4, quote="0123"),
        CitedQuote(paper="a", start=-10, end=30, quote="0123456789"),  # as Python would slice it
        CitedQuote(paper="a", start=20, end=99, quote="0123456789"),
        CitedQuote(paper="a", start=5, end=5, quote=""),
    )
    assert metrics.quote_fidelity(outcome, ABSTRACTS) == Score(1, 6)


def test_precision_leaves_neutral_papers_out_of_both_counts() -> None:
    outcome = answered(cite("a"), cite("b"), cite("c"), cite("c", 10, 20))
    assert metrics.citation_precision(gold("a", also_ok="b"), outcome) == Score(1, 3)
    only_neutral = metrics.citation_precision(gold("a", also_ok="bc"), answered(cite("b")))
    assert only_neutral.value is None
    assert only_neutral.reason == "the answer cites nothing but neutral papers"


def test_precision_is_pooled_over_citations() -> None:
    questions = [
        (gold("a"), answered(cite("a"))),
        (gold("a"), answered(cite("b"), cite("c"), cite("c", 10, 20))),
        (gold("a"), REFUSED),
        (UNANSWERABLE, answered(cite("c"))),
    ]
    assert run_measures(questions, ABSTRACTS)["citation_precision"] == Measure(1 / 4, 4)


def test_citation_recall_is_a_mean_over_answerable_questions_with_refusals_as_0() -> None:
    questions = [
        (gold("a", "b"), answered(cite("a"), cite("a", 10, 20), cite("c"))),
        (gold("a"), answered(cite("a"))),
        (gold("a"), REFUSED),
        (UNANSWERABLE, REFUSED),
    ]
    assert run_measures(questions, ABSTRACTS)["citation_recall"] == Measure((0.5 + 1 + 0) / 3, 3)


@pytest.mark.parametrize(
    ("citations", "covered"),
    [
        ([cite("a", 10, 20)], 1),
        ([cite("a", 0, 30)], 1),
        ([cite("a", 5, 15)], 1),  # exactly half
        ([cite("a", 5, 14)], 0),  # one short of half
        ([cite("a", 5, 14), cite("a", 16, 25)], 0),  # two short ones don't add up
        ([cite("b", 10, 20)], 0),  # of another paper
        ([cite("a", 20, 30)], 0),  # beside it
        ([], 0),
    ],
)
def test_a_gold_quote_counts_when_half_of_it_is_cited_at_once(
    citations: list[CitedQuote], covered: int
) -> None:
    assert metrics.evidence_recall(gold("a", quotes=(("a", 10, 20),)), answered(*citations)) == Score(
        covered, 1
    )


def test_any_place_of_a_gold_quote_will_do() -> None:
    twice = GoldQuote(paper="a", places=(Span(0, 10), Span(20, 30)))
    wanted = Gold(answerable=True, papers=frozenset("a"), quotes=(twice,))
    assert metrics.evidence_recall(wanted, answered(cite("a", 20, 30))).value == 1


def test_evidence_recall_is_a_mean_over_questions_that_have_gold_quotes() -> None:
    four = tuple(("a", start, start + 5) for start in (0, 5, 10, 15))
    questions = [
        (gold("a", quotes=four), answered(cite("a", 0, 5))),
        (gold("b", quotes=(("b", 0, 10),)), answered(cite("b"))),
        (gold("c"), answered(cite("c"))),
        (gold("b", quotes=(("b", 0, 10),)), REFUSED),
    ]
    assert run_measures(questions, ABSTRACTS)["evidence_recall"] == Measure((1 / 4 + 1 + 0) / 3, 3)


spans = st.tuples(st.integers(0, 29), st.integers(1, 30)).filter(lambda s: s[0] < s[1])


@given(quote=spans, cited=st.lists(spans, max_size=3))
def test_evidence_agrees_with_counting_characters(
    quote: tuple[int, int], cited: list[tuple[int, int]]
) -> None:
    characters = set(range(*quote))
    expected = any(len(characters & set(range(*span))) >= len(characters) / 2 for span in cited)
    score = metrics.evidence_recall(
        gold("a", quotes=(("a", *quote),)), answered(*(cite("a", *span) for span in cited))
    )
    assert score.got == expected


# Refusals and confidence


def test_refusals_by_hand() -> None:
    questions = [
        (UNANSWERABLE, REFUSED),
        (UNANSWERABLE, answered(cite("a"))),
        (UNANSWERABLE, REFUSED),
        (gold("a"), REFUSED),
        (gold("a"), answered(cite("a"))),
    ]
    measures = run_measures(questions, ABSTRACTS)
    assert measures["refusal_recall"] == Measure(2 / 3, 3)
    assert measures["false_refusal_rate"] == Measure(1 / 2, 2)


def test_closest_passages_and_wrong_answers_by_hand() -> None:
    shown = Outcome(citations=(cite("b"),), status="closest", confidence=0.6, latency_s=1)
    questions = [
        (UNANSWERABLE, REFUSED),
        (UNANSWERABLE, shown),
        (UNANSWERABLE, answered(cite("a"))),  # wrong: nothing answers
        (gold("a"), shown),
        (gold("a"), answered(cite("a"), cite("b"))),
        (gold("a"), answered(cite("b"))),  # wrong: it cites another paper
        (gold("a", also_ok="b"), answered(cite("b"))),
    ]
    measures = run_measures(questions, ABSTRACTS)
    assert measures["refusal_recall"] == Measure(1 / 3, 3)
    assert measures["not_answered_recall"] == Measure(2 / 3, 3)
    assert measures["closest_rate"] == Measure(1 / 4, 4)
    assert measures["wrong_answer_rate"] == Measure(2 / 4, 4)
    assert measures["false_refusal_rate"] == Measure(0, 4)


def test_auroc_by_hand() -> None:
    # Of 3 × 2 pairs four are won (.9 and .8 over both) and one is a draw.
    assert metrics.auroc([0.9, 0.8, 0.3], [0.5, 0.3]) == pytest.approx(4.5 / 6)


few_values = st.lists(st.sampled_from([-math.inf, 0.0, 0.25, 0.5, 1.0, math.inf]), min_size=1, max_size=12)


@given(few_values, few_values)
def test_auroc_is_the_share_of_pairs_in_order(positive: list[float], negative: list[float]) -> None:
    pairs = [(p, n) for p in positive for n in negative]
    expected = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs) / len(pairs)
    assert metrics.auroc(positive, negative) == pytest.approx(expected)


@given(
    st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), min_size=1, max_size=30),
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
)
def test_auroc_agrees_with_scikit_learn(positive: list[float], negative: list[float]) -> None:
    labels = [1] * len(positive) + [0] * len(negative)
    expected = roc_auc_score(labels, [*positive, *negative])
    assert metrics.auroc(positive, negative) == pytest.approx(expected, abs=1e-9)


def test_confidence_is_not_measured_where_it_can_not_be() -> None:
    one_class = [(gold("a"), answered(confidence=0.5))]
    assert metrics.confidence_auroc(one_class) == Measure(None, 1, "no unanswerable question was asked")
    silent = [*one_class, (UNANSWERABLE, answered(confidence=None))]
    assert metrics.confidence_auroc(silent) == Measure(None, 2, "an answer gives no confidence")


# Latency


def test_latency_is_the_nearest_rank() -> None:
    outcomes = [answered(latency_s=float(n)) for n in range(1, 21)]
    assert metrics.latency_percentile(outcomes, 50) == Measure(10, 20)
    assert metrics.latency_percentile(outcomes, 95) == Measure(19, 20)
    assert metrics.latency_percentile(outcomes[:1], 95) == Measure(1, 1)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.integers(1, 99))
def test_latency_is_the_least_that_covers_its_share(seconds: list[float], percent: int) -> None:
    value = metrics.latency_percentile([answered(latency_s=s) for s in seconds], percent).value
    covering = [s for s in seconds if 100 * sum(other <= s for other in seconds) >= percent * len(seconds)]
    assert value == min(covering)


# What went wrong, and what can't be measured


def test_an_error_is_the_worst_result_in_every_measure() -> None:
    measures = run_measures([(gold("a", quotes=(("a", 0, 10),)), FAILED), (UNANSWERABLE, FAILED)], ABSTRACTS)
    assert measures.pop("false_refusal_rate") == Measure(1, 1)
    assert measures.pop("latency_p50_s") == Measure(
        None, 2, "more than 50 % of the questions ended in an error"
    )
    assert measures.pop("latency_p95_s").value is None
    assert measures.pop("wrong_answer_rate") == Measure(None, 0, "nothing is shown as an answer")
    assert {measures.pop(name).value for name in metrics.COSTS} == {None}
    assert {name: measure.value for name, measure in measures.items()} == dict.fromkeys(measures, 0)


def test_an_error_is_not_dropped() -> None:
    wanted = gold("a", quotes=(("a", 0, 10),))
    well = (wanted, answered(cite("a"), ranking="a", confidence=0.9))
    declined = (UNANSWERABLE, REFUSED)
    measures = run_measures([well, declined, (wanted, FAILED), (UNANSWERABLE, FAILED)], ABSTRACTS)
    halved = {"ndcg@10", "mrr", "citation_precision", "citation_recall", "evidence_recall", "refusal_recall"}
    assert {name: measures[name].value for name in halved} == dict.fromkeys(halved, 0.5)
    assert measures["quote_fidelity"] == Measure(1 / 3, 3)
    assert measures["confidence_auroc"].value == 1 / 4
    assert measures["false_refusal_rate"] == Measure(0.5, 2)


def test_what_can_not_be_measured_has_a_reason_and_no_value() -> None:
    for questions in ([], [(UNANSWERABLE, REFUSED)], [(gold("a"), REFUSED)]):
        measures = run_measures(questions, ABSTRACTS)
        assert tuple(measures) == metrics.NAMES
        for measure in measures.values():
            assert (measure.value is None) == (measure.reason is not None)
    assert run_measures([], ABSTRACTS)["mrr"] == Measure(None, 0, "no answerable question was asked")


def test_one_question_tells_why_it_has_no_part() -> None:
    scores = metrics.question_scores(UNANSWERABLE, REFUSED, ABSTRACTS)
    assert scores["evidence_recall"] == Score(0, 0, "the library doesn't answer the question")
    assert scores["quote_fidelity"].reason == "the answer cites nothing"
    assert scores["refusal_recall"] == Score(1, 1)
    failed = metrics.question_scores(gold("a"), FAILED, ABSTRACTS)
    assert failed["ndcg@10"] == Score(0, 1, "the question ended in an error")
