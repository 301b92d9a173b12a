"""A reliability diagram as an SVG that stands alone: readable in light and dark, and by ear."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from xml.sax.saxutils import escape

from footnote.eval.measures.calibration import Bin, Reliability

_LEFT, _TOP, _SIDE = 110, 70, 400
"""Where the diagram's square begins, and its side."""
_WIDTH, _HEIGHT = 550, 640
_STYLE = """
  .ground { fill: #ffffff } text { fill: #1f2328; font: 13px system-ui, sans-serif }
  .head { font-size: 16px; font-weight: 600 } .small { font-size: 11px }
  .grid { stroke: #d8dee4 } .frame, .diagonal { stroke: #59636e; fill: none }
  .line { stroke: #0b5cad; stroke-width: 2; fill: none } .dot { fill: #0b5cad; stroke: #ffffff }
  .threshold { stroke: #9a3412; stroke-width: 2 } .threshold-name { fill: #9a3412 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 }
    .grid { stroke: #2a313a } .frame, .diagonal { stroke: #9198a1 }
    .line { stroke: #6cb6ff } .dot { fill: #6cb6ff; stroke: #0d1117 }
    .threshold { stroke: #f0a875 } .threshold-name { fill: #f0a875 }
  }
"""


def draw(figures: Reliability, *, title: str, threshold: float) -> str:
    """The diagram: a dot a bin, its area the bin's weight; the diagonal; the bins' counts beneath.

    threshold: below which Footnote declines, drawn as an upright line.
    """
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
            f'height="{_HEIGHT}" role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="description">{escape(_description(figures, threshold))}</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>',
            _text(_WIDTH / 2, 30, title, cls="head"),
            *_axes(figures),
            *_points(figures.bins),
            *_threshold(threshold),
            *_counts(figures.bins),
            "</svg>\n",
        ]
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


def _axes(figures: Reliability) -> Iterator[str]:
    for tenth in range(0, 11, 2):
        value = tenth / 10
        yield _line("grid", (value, 0), (value, 1))
        yield _line("grid", (0, value), (1, value))
        yield _text(_x(value), _y(0) + 20, f"{value:.1f}")
        yield _text(_x(0) - 10, _y(value) + 4, f"{value:.1f}", anchor="end")
    yield f'<rect class="frame" x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>'
    yield _line("diagonal", (0, 0), (1, 1), dashed=True)
    yield _text(_x(0.5), _y(0) + 44, "confidence")
    middle = _y(0.5)
    yield (
        f'<text transform="rotate(-90 {_LEFT - 60} {middle:.0f})" x="{_LEFT - 60}" y="{middle:.0f}" '
        'text-anchor="middle">share that the library answers</text>'
    )
    yield _text(
        _WIDTH / 2,
        50,
        f"Brier {figures.brier:.3f}, calibration error {figures.calibration_error:.3f}, "
        f"weighted to {figures.prior:.0%} answerable",
        cls="small",
    )


def _points(bins: tuple[Bin, ...]) -> Iterator[str]:
    places = [
        (_x(b.confidence), _y(b.observed), b)
        for b in bins
        if b.confidence is not None and b.observed is not None
    ]
    yield f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)}"/>'
    for x, y, b in places:
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{3 + 12 * sqrt(b.weight):.1f}"/>'


def _threshold(threshold: float) -> Iterator[str]:
    yield _line("threshold", (threshold, 0), (threshold, 1))
    # The name stands where the diagonal leaves room.
    left = threshold > 0.5
    x = _x(threshold) + (-8 if left else 8)
    words = f"declines below {threshold:g}"
    y, anchor = (_y(0.94), "end") if left else (_y(0.04), "start")
    yield _text(x, y, words, cls="threshold-name", anchor=anchor)


def _counts(bins: tuple[Bin, ...]) -> Iterator[str]:
    top = _y(0) + 84
    yield _text(_LEFT - 10, top, "from", cls="small", anchor="end")
    for row, (name, counts) in enumerate(
        (("answerable", [b.answerable for b in bins]), ("others", [b.others for b in bins])), start=1
    ):
        yield _text(_LEFT - 10, top + 22 * row, name, cls="small", anchor="end")
        for one, count in zip(bins, counts, strict=True):
            yield _text(_x((one.low + one.high) / 2), top + 22 * row, str(count), cls="small")
    for one in bins:
        yield _text(_x((one.low + one.high) / 2), top, f"{one.low:.1f}", cls="small")
    words = "Counts are questions asked. A dot's area is its bin's share of a reader's questions."
    yield _text(_WIDTH / 2, top + 22 * 3 + 10, words, cls="small")


def _x(value: float) -> float:
    return _LEFT + _SIDE * value


def _y(value: float) -> float:
    return _TOP + _SIDE * (1 - value)


def _line(cls: str, start: tuple[float, float], end: tuple[float, float], *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="6 5"' if dashed else ""
    return (
        f'<line class="{cls}" x1="{_x(start[0]):.1f}" y1="{_y(start[1]):.1f}" x2="{_x(end[0]):.1f}" '
        f'y2="{_y(end[1]):.1f}"{dashes}/>'
    )


def _text(x: float, y: float, words: str, *, cls: str = "", anchor: str = "middle") -> str:
    named = f' class="{cls}"' if cls else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
