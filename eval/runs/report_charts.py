"""Charts of a report as inline SVG: lines over a unit square or another axis, in the page's own colours."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Points = Sequence[tuple[float, float]]

_W, _H, _LEFT, _BOTTOM, _TOP = 360, 240, 52, 40, 12
COLOURS = ("#0b5cad", "#9a3412", "#15803d", "#7e22ce", "#b45309", "#0f766e")


def line_chart(
    title: str, x: str, y: str, lines: Sequence[tuple[str, Points]], *, diagonal: bool = False
) -> str:
    """A chart of lines by name; nothing without points. Axes begin at 0; y ends at 1, x at 1 or later.

    diagonal: whether equality is drawn. A screen reader gets the points as text.
    """
    drawn = [(n, name, points) for n, (name, points) in enumerate(lines) if points]
    if not drawn:
        return ""
    end = max(1.0, *(point[0] for *_, points in drawn for point in points))
    width, height = _W - _LEFT - 10, _H - _BOTTOM - _TOP

    def place(point: tuple[float, float]) -> str:
        return f"{_LEFT + point[0] / end * width:.1f},{_TOP + (1 - point[1]) * height:.1f}"

    grid = "".join(
        _grid(place((0, t)), place((end, t))) + _label(place((0, t)), f"{t:g}", -6, 4, "end")
        + _label(place((t * end, 0)), f"{t * end:.3g}", 0, 15, "middle")
        for t in (0, 0.25, 0.5, 0.75, 1)
    )  # fmt: skip
    grid += _grid(place((0, 0)), place((1, 1)), ' stroke-dasharray="4"') if diagonal else ""
    strokes = "".join(
        f'<polyline fill="none" stroke="{_colour(n)}" stroke-width="2" '
        f'points="{" ".join(map(place, points))}"/>'
        + "".join(_dot(place(point), n) for point in points if len(points) <= 20)
        for n, _, points in drawn
    )
    described = "; ".join(
        f"{name}: " + ", ".join(f"{a:.2f} {b:.2f}" for a, b in points[:: max(1, len(points) // 10)])
        for _, name, points in drawn
    )
    legend = "".join(
        f'<li><span style="background:{_colour(n)}"></span>{escape(name)}</li>' for n, name, _ in drawn
    )
    middle = _TOP + height / 2
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {_W} {_H}" role="img" '
        f'aria-label="{escape(f"{title}. {x} against {y}. {described}", quote=True)}">{grid}{strokes}'
        f'<text x="{_LEFT + width / 2}" y="{_H - 6}" text-anchor="middle">{escape(x)}</text>'
        f'<text transform="rotate(-90)" x="{-middle}" y="11" text-anchor="middle">{escape(y)}</text>'
        f"</svg><ul>{legend}</ul></figure>"
    )


def _grid(start: str, end: str, style: str = "") -> str:
    return f'<path class="grid"{style} d="M{start}L{end}"/>'


def _label(place: str, text: str, right: float, down: float, anchor: str) -> str:
    x, y = map(float, place.split(","))
    return f'<text x="{x + right:.1f}" y="{y + down:.1f}" text-anchor="{anchor}">{text}</text>'


def _dot(place: str, number: int) -> str:
    x, y = place.split(",")
    return f'<circle cx="{x}" cy="{y}" r="3" fill="{_colour(number)}"/>'


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
