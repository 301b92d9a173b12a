"""The map as HTML: a dot for each paper, coloured by cluster, and a legend. Pure: papers in, safe HTML out.

Gradio's sanitiser drops `viewBox`, `role`, `aria-` and `data-` from SVG. So each dot is an `svg` of its
own, placed in percent, with its shape in pixels, which keeps its size at any width; the paper's id is in
`id`; and `library.js` adds the roles and states for screen readers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from footnote.rag.export import readable_date
from footnote.store.display import plain_text
from footnote.ui import strings
from footnote.ui.escape import encode

MOST_DOTS = 3_000
_MARGIN = 3.0
"""Percent of the map on each side, so that no dot is cut."""
_CELLS = 64
_COLOURS = 7
_SHAPES = (
    "M-4.2,0a4.2,4.2 0 1,0 8.4,0a4.2,4.2 0 1,0 -8.4,0z",
    "M-3.8,-3.8h7.6v7.6h-7.6z",
    "M0,-4.4L4.9,4.4H-4.9z",
    "M0,-5.3L5.3,0L0,5.3L-5.3,0z",
)
"""Circle, square, triangle, diamond, with their centre at (0, 0). With seven colours no two of 28 clusters
look the same, and clusters with colours that some readers can't distinguish differ in shape."""


class Dot(NamedTuple):
    """A paper on the map. x, y: 0 to 1, (0, 0) at the bottom left."""

    paper: str
    title: str
    date: str | None
    x: float
    y: float
    cluster: int


def map_html(
    dots: Sequence[Dot], names: Sequence[Sequence[str]], *, highlighted: Collection[str] = (), papers: int
) -> str:
    """The map with its legend. highlighted: ids of papers to mark. papers: the size of the library."""
    if not dots:
        return f'<h2>{encode(strings.MAP)}</h2><p class="fn-empty">{encode(strings.MAP_NONE)}</p>'
    sizes = Counter(dot.cluster for dot in dots)
    groups = "".join(
        f'<g class="fn-cluster-dots">{_dots(dots, cluster, highlighted)}</g>' for cluster in sorted(sizes)
    )
    labels = "".join(_label(dots, cluster, _name(names, cluster)) for cluster in sorted(sizes))
    rings = "".join(_ring(dot) for dot in dots if dot.paper in highlighted)
    legend = "".join(_key(cluster, _name(names, cluster), sizes[cluster]) for cluster in sorted(sizes))
    return (
        f'<h2>{encode(strings.MAP)}</h2><p class="fn-help">{encode(strings.MAP_HELP)}</p>'
        f"{_remarks(dots, highlighted, papers)}"
        '<div class="fn-map"><svg class="fn-field" width="100%" height="100%">'
        f"{groups}{labels}{rings}</svg></div>"
        f'<p class="fn-readout">&nbsp;</p><ul class="fn-legend">{legend}</ul>'
    )


def thinned(points: npt.NDArray[np.float32], keep: Collection[int], most: int = MOST_DOTS) -> list[int]:
    """The rows of `points` (n, 2) to draw: all, or `most` of them, with fewer in crowded areas.

    keep: rows to draw in any case.
    """
    count = len(points)
    if count <= most:
        return list(range(count))
    cells = np.minimum((points * _CELLS).astype(np.int64), _CELLS - 1)
    cell = cells[:, 0] * _CELLS + cells[:, 1]
    order = np.argsort(cell, kind="stable")
    _, starts = np.unique(cell[order], return_index=True)
    sizes = np.diff(np.append(starts, count))
    place = np.arange(count) - np.repeat(starts, sizes)  # of each row within its cell
    # The first of each cell, then the second of each, until there are enough.
    chosen = order[np.argsort(place, kind="stable")][:most]
    return sorted({*chosen.tolist(), *keep})


def _dots(dots: Sequence[Dot], cluster: int, highlighted: Collection[str]) -> str:
    return "".join(_dot(dot, highlighted) for dot in dots if dot.cluster == cluster)


def _dot(dot: Dot, highlighted: Collection[str]) -> str:
    title = plain_text(dot.title)
    if dot.date:
        title = strings.MAP_POINT.format(title=title, date=readable_date(dot.date))
    mark = " fn-highlighted" if dot.paper in highlighted else ""
    # The title first: screen readers and tooltips use it.
    return (
        f'<svg class="fn-dot fn-c{dot.cluster % _COLOURS}{mark}"'
        f' id="dot:{encode(dot.paper)}" tabindex="-1"'
        f' x="{_percent(dot.x)}" y="{_percent(1 - dot.y)}">'
        f'<title>{encode(title)}</title><path d="{_shape(dot.cluster)}"></path></svg>'
    )


def _ring(dot: Dot) -> str:
    """A ring that makes a marked paper easy to see, drawn above the clusters' names."""
    place = f'x="{_percent(dot.x)}" y="{_percent(1 - dot.y)}"'
    return f'<svg class="fn-ring" {place}><path d="M-10,0a10,10 0 1,0 20,0a10,10 0 1,0 -20,0z"></path></svg>'


def _label(dots: Sequence[Dot], cluster: int, name: str) -> str:
    x, y = (float(np.median([dot[at] for dot in dots if dot.cluster == cluster])) for at in (3, 4))
    short = name.split(", ")[0]
    return (
        f'<text class="fn-name" x="{_percent(x)}" y="{_percent(1 - y)}" text-anchor="middle">'
        f"{encode(short)}</text>"
    )


def _key(cluster: int, name: str, size: int) -> str:
    tip = encode(strings.MAP_CLUSTER_TIP.format(name=name))
    return (
        f'<li><button type="button" class="fn-key" value="{cluster}" title="{tip}">'
        f'<svg class="fn-dot-key fn-c{cluster % _COLOURS}" width="14" height="14"><svg x="7" y="7"'
        f' style="overflow:visible"><path d="{_shape(cluster)}"></path></svg></svg>'
        f"<bdi>{encode(name)}</bdi> <span>{size:,}</span></button></li>"
    )


def _remarks(dots: Sequence[Dot], highlighted: Collection[str], papers: int) -> str:
    remarks = []
    if len(dots) < papers:
        remarks.append(strings.MAP_THINNED.format(shown=f"{len(dots):,}", all=f"{papers:,}"))
    if shown := sum(dot.paper in highlighted for dot in dots):
        remarks.append(strings.MAP_HIGHLIGHTED.format(count=shown))
    return "".join(f'<p class="fn-remark">{encode(remark)}</p>' for remark in remarks)


def _name(names: Sequence[Sequence[str]], cluster: int) -> str:
    terms = names[cluster] if cluster < len(names) else ()
    return ", ".join(terms) or strings.MAP_UNNAMED


def _shape(cluster: int) -> str:
    return _SHAPES[cluster % len(_SHAPES)]


def _percent(share: float) -> str:
    inside = min(1.0, max(0.0, share))
    return f"{_MARGIN + (100 - 2 * _MARGIN) * inside:.2f}%"
