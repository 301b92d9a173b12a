"""LangChain's interface of an embedder."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from footnote.store.protocols import Embedder


class LangChainEmbeddings(Embeddings):
    """An embedder as LangChain's vector stores take it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """`Embedder.embed` as lists of numbers."""
        rows: list[list[float]] = self._embedder.embed(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """`Embedder.embed_question` as a list of numbers."""
        row: list[float] = self._embedder.embed_question(text).tolist()
        return row
