"""The embedders that FOOTNOTE_EMBEDDER can name.

    minilm           all-MiniLM-L6-v2, which ships: no network, no key, no download
    openai:MODEL     a model behind an OpenAI-compatible embeddings endpoint
    fastembed:MODEL  a model that the package fastembed downloads and runs here (extra `fastembed`)

To add one: a module beside this with a class that fits `store.protocols.Embedder`, a line in `_MAKERS`, and,
if it needs a package, an extra in pyproject.toml.
"""

from __future__ import annotations

from collections.abc import Callable

from footnote.store.protocols import Embedder

DEFAULT = "minilm"


def make_embedder(
    choice: str = DEFAULT, *, base_url: str | None = None, api_key: str | None = None
) -> Embedder:
    """The embedder of a choice as FOOTNOTE_EMBEDDER has it.

    base_url, api_key: of the OpenAI-compatible server; None: OpenAI's own address, no key.
    Raises ValueError for a choice that isn't one, EmbedderError or LibraryError where it can't be used.
    """
    kind, model = parse_choice(choice)
    return _MAKERS[kind](model, base_url, api_key)


def parse_choice(choice: str) -> tuple[str, str]:
    """A choice in its two parts, kind and model ("" for minilm). Raises ValueError that names the choices."""
    kind, colon, model = choice.strip().partition(":")
    if kind not in _MAKERS or (kind == DEFAULT) == bool(colon) or bool(colon) != bool(model):
        known = ", ".join(name if name == DEFAULT else f"{name}:MODEL" for name in _MAKERS)
        raise ValueError(f"{choice[:80]!r} names no embedder; known: {known}")
    return kind, model


# Each is imported when it is chosen: settings are read without loading any model's library.


def _minilm(_model: str, _base_url: str | None, _api_key: str | None) -> Embedder:
    from footnote.store.embedders.minilm import MiniLM

    return MiniLM()


def _openai(model: str, base_url: str | None, api_key: str | None) -> Embedder:
    from footnote.store.embedders.openai_compatible import OpenAIEmbedder

    return OpenAIEmbedder(model, base_url=base_url, api_key=api_key)


def _fastembed(model: str, _base_url: str | None, _api_key: str | None) -> Embedder:
    from footnote.store.embedders.fast_embed import FastEmbedder

    return FastEmbedder(model)


_MAKERS: dict[str, Callable[[str, str | None, str | None], Embedder]] = {
    DEFAULT: _minilm,
    "openai": _openai,
    "fastembed": _fastembed,
}
