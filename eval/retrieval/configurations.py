"""Configurations of the search that the retrieval bench compares, a row of its tables each."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from footnote.eval.errors import ConfigurationError
from footnote.rag.retrieval.fusion import FusedScore, Signal
from footnote.rag.retrieval.retrieve import retrieve
from footnote.rag.retrieval.search import wants_model
from footnote.rag.settings import Settings, load_settings

_LEAVE_OUT = "leave_out"
RRF_K = 60
"""The constant of Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion …" (2009)."""


@dataclass(frozen=True)
class Scored:
    """A paper with the score that it is ranked by."""

    paper: str
    score: float


Order = Callable[[Sequence[FusedScore]], list[Scored]]
"""What retrieval found → the ranking, best first."""


@dataclass(frozen=True, kw_only=True)
class SearchConfiguration:
    """A way of searching, and of ranking what was found.

    settings: those that shape the search. leave_out: a signal that doesn't count. own_search: the ranking
    is the search's own, so its time is measured; otherwise it is put together from parts of a search, and
    has no time.
    """

    name: str
    settings: dict[str, Any]
    order: Order
    own_search: bool
    leave_out: Signal | None = None


def by_fused(found: Sequence[FusedScore]) -> list[Scored]:
    """The ranking as the product has it."""
    return [Scored(f.paper, f.score) for f in found]


def by_lexical(found: Sequence[FusedScore]) -> list[Scored]:
    """BM25 alone: the papers that the lexical index proposed, by its score."""
    return _sorted({f.paper: f.lexical for f in found if f.lexical is not None})


def by_dense(found: Sequence[FusedScore]) -> list[Scored]:
    """The embedder alone: the papers that the dense index proposed, by their best cosine."""
    return _sorted({f.paper: f.dense for f in found if f.dense is not None})


def by_reciprocal_rank(found: Sequence[FusedScore]) -> list[Scored]:
    """Reciprocal rank fusion of both: Σ 1 / (60 + rank), rank from 1."""
    scores: dict[str, float] = {}
    for ranking in (by_lexical(found), by_dense(found)):
        for rank, scored in enumerate(ranking, start=1):
            scores[scored.paper] = scores.get(scored.paper, 0.0) + 1 / (RRF_K + rank)
    return _sorted(scores)


def _sorted(scores: dict[str, float]) -> list[Scored]:
    # Ties fall by id, as in the product's fusion.
    return [Scored(paper, score) for paper, score in sorted(scores.items(), key=lambda s: (-s[1], s[0]))]


def built_in_configurations(settings: Settings) -> list[SearchConfiguration]:
    """`lexical`, `dense`, `rrf` and `fused`, which is what the product does."""
    used = retrieval_settings(settings)
    orders: dict[str, Order] = {"lexical": by_lexical, "dense": by_dense, "rrf": by_reciprocal_rank}
    parts = [
        SearchConfiguration(name=n, settings=used, order=order, own_search=False)
        for n, order in orders.items()
    ]
    return [*parts, SearchConfiguration(name="fused", settings=used, order=by_fused, own_search=True)]


def retrieval_settings(settings: Settings) -> dict[str, Any]:
    """The settings that shape the search: those that `retrieve` takes by their names, and a model's help."""
    taken = {name: getattr(settings, name) for name in _shaping()}
    return taken | {"expand": settings.expand or "off"}  # a row asks a model only where it says so


def _shaping() -> list[str]:
    # Read from its signature, so that a setting which retrieval learns can be ablated at once.
    taken = [name for name in inspect.signature(retrieve).parameters if name in Settings.model_fields]
    return [*taken, "expand"]


def read_configuration(text: str, settings: Settings) -> SearchConfiguration:
    """The configuration of an option: `name: setting=value, setting=value`, the rest as in `settings`.

    `leave_out=SIGNAL` is taken as well, which is no setting. Without `name:` the settings are its name.
    Raises ConfigurationError for another form, a setting that doesn't shape retrieval or an unknown signal,
    SettingsError for a value that can't be used.
    """
    head, colon, tail = text.partition(":")
    name, given = (head.strip(), tail) if colon else (text.strip(), text)
    values: dict[str, str] = {}
    for part in given.split(","):
        setting, equals, value = (piece.strip() for piece in part.partition("="))
        if not (name and setting and equals and value):
            raise ConfigurationError(
                f"--config {text!r} can't be read: write 'name: setting=value, setting=value'"
            )
        known = [*_shaping(), _LEAVE_OUT]
        if setting not in known:
            close = difflib.get_close_matches(setting, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
            raise ConfigurationError(
                f"--config {text!r}: {setting} is no setting that shapes retrieval; {hint}"
            )
        if setting in values:
            raise ConfigurationError(f"--config {text!r}: {setting} is given twice")
        values[setting] = value
    leave_out = _signal(text, values.pop(_LEAVE_OUT, None))
    used = load_settings(**(retrieval_settings(settings) | values))
    if used.expand != "off" and not wants_model(used):
        raise ConfigurationError(
            f"--config {text!r} needs a chat model: set FOOTNOTE_MODEL, and not FOOTNOTE_MODE=extractive"
        )
    return SearchConfiguration(
        name=name, settings=retrieval_settings(used), order=by_fused, own_search=True, leave_out=leave_out
    )


def _signal(text: str, name: str | None) -> Signal | None:
    signals: tuple[Signal, ...] = get_args(Signal)
    found = next((signal for signal in signals if signal == name), None)
    if name is not None and found is None:
        raise ConfigurationError(f"--config {text!r}: {name} is no signal; known: {', '.join(signals)}")
    return found


def configurations(configs: Sequence[str], settings: Settings, *, baseline: str) -> list[SearchConfiguration]:
    """The built-in configurations and one for each of `configs`.

    Raises as `read_configuration` does, and ConfigurationError where two have the same name or none has
    the baseline's.
    """
    rows = built_in_configurations(settings) + [read_configuration(text, settings) for text in configs]
    names = [row.name for row in rows]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigurationError(f"two rows are named {twice!r}: give each --config its own name")
    if baseline not in names:
        raise ConfigurationError(f"--baseline {baseline!r} is no row; known: {', '.join(names)}")
    return rows
