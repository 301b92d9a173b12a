"""A reliability diagram as an SVG that stands alone: readable in light and dark, and by screen readers."""

from __future__ import annotations

from io import StringIO
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from footnote.eval.measures.calibration import BINS, Reliability

_DARK = {
    "#ffffff": "#0d1117",  # ground
    "#1f2328": "#e6edf3",  # words
    "#d8dee4": "#2a313a",  # grid
    "#59636e": "#9198a1",  # frame and diagonal
    "#0b5cad": "#6cb6ff",  # what is measured
    "#9a3412": "#f0a875",  # the threshold
}
"""Each colour of the light diagram, and what stands for it where dark is preferred."""
_GROUND, _WORDS, _GRID, _FRAME, _MEASURED, _THRESHOLD = _DARK
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "footnote",  # the same figures give the same file
    "font.size": 10,
    "text.parse_math": False,
    "text.color": _WORDS,
    "axes.labelcolor": _WORDS,
    "axes.edgecolor": _FRAME,
    "axes.facecolor": _GROUND,
    "figure.facecolor": _GROUND,
    "grid.color": _GRID,
    "xtick.color": _WORDS,
    "ytick.color": _WORDS,
}


def draw(figures: Reliability, *, title: str, threshold: float) -> str:
    """The diagram: a dot a bin, its area the bin's weight; the diagonal; the bins' counts beneath.

    threshold: below which Footnote declines, drawn as an upright line.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6.2, 7.4))
        axes = figure.add_axes((0.15, 0.27, 0.8, 0.62))
        figure.suptitle(title, fontsize=12, fontweight="bold")
        axes.set_title(
            f"Brier {figures.brier:.3f}, calibration error {figures.calibration_error:.3f}, "
            f"weighted to {figures.prior:.0%} answerable",
            fontsize=9,
        )
        _draw_bins(axes, figures)
        _draw_threshold(axes, threshold)
        _write_counts(axes, figures)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Title": title, "Date": None, "Creator": None})
    return _readable(out.getvalue(), _description(figures, threshold))


def _draw_bins(axes: Axes, figures: Reliability) -> None:
    filled = [b for b in figures.bins if b.confidence is not None and b.observed is not None]
    confidence = np.array([b.confidence for b in filled], np.float64)
    observed = np.array([b.observed for b in filled], np.float64)
    axes.plot([0, 1], [0, 1], color=_FRAME, linewidth=1, linestyle="--", gid="diagonal")
    axes.plot(confidence, observed, color=_MEASURED, linewidth=1.5)
    areas = [20 + 500 * b.weight for b in filled]
    dots = axes.scatter(confidence, observed, areas, _MEASURED, edgecolors=_GROUND, zorder=3, clip_on=False)
    dots.set_gid("bins")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share that the library answers")
    axes.set_aspect("equal")
    axes.grid(visible=True)
    axes.set_axisbelow(True)


def _draw_threshold(axes: Axes, threshold: float) -> None:
    axes.axvline(threshold, color=_THRESHOLD, linewidth=1.5)
    # The words stand where the diagonal leaves room.
    left = threshold > 0.5
    axes.annotate(
        f"declines below {threshold:g}",
        (threshold, 0.94 if left else 0.04),
        (-6 if left else 6, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        color=_THRESHOLD,
    )


def _write_counts(axes: Axes, figures: Reliability) -> None:
    """A small table under the axis: how many questions of each kind are in each bin."""
    lines = {
        "from": [f"{b.low:.1f}" for b in figures.bins],
        "answerable": [str(b.answerable) for b in figures.bins],
        "others": [str(b.others) for b in figures.bins],
    }
    for row, (name, values) in enumerate(lines.items()):
        y = -0.17 - 0.05 * row
        axes.text(-0.02, y, name, ha="right", fontsize=8)
        for number, value in enumerate(values):
            axes.text((number + 0.5) / BINS, y, value, ha="center", fontsize=8)
    words = "Counts are questions asked. A dot's area is its bin's share of a reader's questions."
    axes.text(0.5, -0.36, words, ha="center", fontsize=8)


def _readable(svg: str, description: str) -> str:
    """The drawing with a description for screen readers, and its colours for dark surroundings."""
    dark = "".join(
        f'[style*="{what}: {light}"]{{{what}:{there}!important}}'
        for light, there in _DARK.items()
        for what in ("fill", "stroke")
    )
    head, title, rest = svg.partition("</title>")
    return (
        head.replace("<svg ", '<svg role="img" aria-labelledby="title description" ', 1).replace(
            "<title>", '<title id="title">', 1
        )
        + title
        + f'\n <desc id="description">{escape(description)}</desc>'
        + f"\n <style>@media (prefers-color-scheme: dark) {{{dark}}}</style>"
        + rest
    )


def _description(figures: Reliability, threshold: float) -> str:
    points = "; ".join(
        f"{b.low:.1f} to {b.high:.1f}: confidence {b.confidence:.2f}, observed {b.observed:.2f}, "
        f"{b.answerable} answerable and {b.others} other questions"
        for b in figures.bins
        if b.confidence is not None
    )
    return (
        f"Of the questions with a given confidence, the share that the library answers, where "
        f"{figures.prior:.0%} of all questions are answerable. On the diagonal both are equal. By bin: "
        f"{points}. Brier score {figures.brier:.3f}, expected calibration error "
        f"{figures.calibration_error:.3f}. Footnote declines below {threshold:.2f}."
    )
