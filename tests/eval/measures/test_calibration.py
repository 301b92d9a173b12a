"""Figures of a confidence, worked out by hand; and the diagram of them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.eval.fitting.trials import Group
from footnote.eval.measures.calibration import BINS, areas, reliability, threshold_rows, weights_of
from footnote.eval.measures.reliability_plot import draw

SVG = "{http://www.w3.org/2000/svg}"


def test_areas_are_of_answerable_questions_against_each_other_group() -> None:
    found = areas({"answerable": [0.9, 0.8, 0.5], "unanswerable": [0.1, 0.2], "removed": [0.5, 0.85]})
    assert list(found) == ["unanswerable", "removed"]
    apart = found["unanswerable"]
    assert (apart.value, apart.low, apart.high, apart.n) == (1, 1, 1, 2)
    # .9 beats both, .8 the first, .5 ties with the first: 3.5 of 6 pairs.
    assert found["removed"].value == pytest.approx(3.5 / 6)
    assert found["removed"].low < found["removed"].value < found["removed"].high
    assert areas({"answerable": [0.4, 0.4], "removed": [0.4]})["removed"].value == 0.5


def test_what_lies_on_the_threshold_is_answered_and_the_one_in_force_is_marked() -> None:
    rows = threshold_rows({"answerable": [0.2, 0.6, 0.61, 0.9], "removed": [0.1, 0.6]}, 0.6)
    assert [row.threshold for row in rows] == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    current = next(row for row in rows if row.current)
    assert (current.threshold, current.false_refusals, current.refusals) == (0.6, 0.25, {"removed": 0.5})
    other = threshold_rows({"answerable": [0.2], "removed": [0.1]}, 0.55)
    assert [row.threshold for row in other if row.current] == [0.55]
    assert len(other) == 7


def test_reliability_by_hand() -> None:
    figures = reliability(
        {"answerable": [0.95, 1.0, 0.15], "unanswerable": [0.15, 0.0], "removed": [0.9]}, prior=0.75
    )
    # What a question weighs: an answerable, an unanswerable, a removed one.
    yes, no, gone = 0.25, 0.25 * 0.45 / 0.8 / 2, 0.25 * 0.35 / 0.8
    assert len(figures.bins) == BINS
    first, second, last = figures.bins[0], figures.bins[1], figures.bins[-1]
    assert (first.answerable, first.others, first.confidence, first.observed) == (0, 1, 0, 0)
    assert (second.answerable, second.others) == (1, 1)
    assert second.weight == pytest.approx(yes + no)
    assert second.observed == pytest.approx(yes / (yes + no))
    assert second.confidence == pytest.approx(0.15)
    assert (last.answerable, last.others) == (2, 1)  # 1.0 is in the last bin
    assert last.observed == pytest.approx(2 * yes / (2 * yes + gone))
    assert last.confidence == pytest.approx((1.95 * yes + 0.9 * gone) / (2 * yes + gone))
    assert (figures.bins[4].weight, figures.bins[4].confidence, figures.bins[4].observed) == (0, None, None)
    brier = yes * (0.05**2 + 0 + 0.85**2) + no * (0.15**2 + 0) + gone * 0.9**2
    assert figures.brier == pytest.approx(brier)
    assert figures.brier_of_prior == pytest.approx(0.1875)
    error = abs(yes * (0.15 - 1) + no * 0.15) + abs(yes * (-0.05 + 0) + gone * 0.9)
    assert figures.calibration_error == pytest.approx(error)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
)
def test_bins_hold_every_question_once_and_their_distances_are_the_error(
    yes: list[float], no: list[float], everyday: list[float]
) -> None:
    figures = reliability({"answerable": yes, "unanswerable": no, "everyday": everyday})
    assert sum(b.answerable for b in figures.bins) == len(yes)
    assert sum(b.others for b in figures.bins) == len(no) + len(everyday)
    assert sum(b.weight for b in figures.bins) == pytest.approx(1)
    filled = [b for b in figures.bins if b.confidence is not None and b.observed is not None]
    assert sum(b.weight * (b.observed or 0) for b in filled) == pytest.approx(0.75)
    error = sum(b.weight * abs((b.confidence or 0) - (b.observed or 0)) for b in filled)
    assert figures.calibration_error == pytest.approx(error, abs=1e-9)
    assert all(b.low - 1e-9 <= (b.confidence or 0) <= b.high + 1e-9 for b in filled)


def test_weights_of_groups_are_as_a_reader_asks_whatever_their_sizes() -> None:
    groups: list[Group] = ["answerable", "removed", "removed", "everyday", "answerable", "answerable"]
    weights = weights_of(groups, prior=0.6)
    assert weights.sum() == pytest.approx(1)
    assert weights[[0, 4, 5]].sum() == pytest.approx(0.6)
    assert weights[[1, 2]].sum() == pytest.approx(0.4 * 0.35 / 0.45)


def test_the_diagram_is_well_formed_escaped_and_says_all_in_words() -> None:
    figures = reliability({"answerable": [0.95, 0.92, 0.65], "unanswerable": [0.15, 0.62, 0.31, 0.33]})
    title = 'On <script>alert("1")</script> & ]]> “mine”'
    root = ElementTree.fromstring(draw(figures, title=title, threshold=0.55))
    assert root.get("role") == "img"
    named = {root.find(f"{SVG}{name}").get("id") for name in ("title", "desc")}  # type: ignore[union-attr]
    assert set((root.get("aria-labelledby") or "").split()) == named
    assert root.findtext(f"{SVG}title") == title
    assert not list(root.iter(f"{SVG}script"))
    description = root.findtext(f"{SVG}desc") or ""
    assert "0.3 to 0.4: confidence 0.32, observed 0.00, 0 answerable and 2 other questions" in description
    assert f"Brier score {figures.brier:.3f}" in description
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "declines below 0.55" in texts
    at = texts.index("answerable")
    assert [int(n or "") for n in texts[at + 1 : at + 1 + BINS]] == [b.answerable for b in figures.bins]
    at = texts.index("others")
    assert [int(n or "") for n in texts[at + 1 : at + 1 + BINS]] == [b.others for b in figures.bins]


def test_dots_stand_where_the_bins_are_and_only_for_bins_with_questions() -> None:
    figures = reliability({"answerable": [1.0, 1.0], "unanswerable": [0.0]})
    root = ElementTree.fromstring(draw(figures, title="t", threshold=0.6))
    (diagonal,) = points_of(root, "diagonal")
    dots = [(np.min(dot, axis=0) + np.max(dot, axis=0)) / 2 for dot in points_of(root, "bins")]
    assert np.array(dots) == pytest.approx(np.array(diagonal))


def points_of(root: ElementTree.Element, group: str) -> list[list[tuple[float, float]]]:
    """The points of each path in a group of the drawing."""
    paths = [path.get("d") or "" for path in root.findall(f".//*[@id='{group}']//{SVG}path")]
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)] for path in paths]


def test_the_diagram_is_the_same_each_time_and_has_a_dark_colour_for_each_of_its_colours() -> None:
    figures = reliability({"answerable": [0.9, 0.7], "unanswerable": [0.2]})
    drawn = draw(figures, title="t", threshold=0.5)
    assert drawn == draw(figures, title="t", threshold=0.5)
    style, _, drawing = drawn.partition("</style>")
    used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", drawing))
    assert len(used) == 6
    assert all(f'"fill: {colour}"' in style and f'"stroke: {colour}"' in style for colour in used)
