"""The pipeline that a user would write with LangChain: vectors, four papers in a prompt, "[1]" as citations.

It is here to be compared with, so it stays as short as the tutorials have it: no sentence is quoted,
nothing is checked, and the model alone refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.vectorstores import InMemoryVectorStore

from footnote.eval.errors import OutsideSystemError
from footnote.eval.questions import Question
from footnote.eval.runs.provenance import code_digest
from footnote.eval.systems.system import KEPT, Cited, SystemAnswer, SystemFacts, secrets_of
from footnote.rag.answer import REFUSAL, Usage
from footnote.rag.llm.prices import cost_usd
from footnote.rag.settings import Settings
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.store.protocols import Embedder

K = 4
PROMPT = (
    "Answer the question from the papers. Cite them by their numbers, like [1]. If they don't answer it, "
    f"reply: {REFUSAL}\n\n{{papers}}\n\nQuestion: {{question}}"
)


class _Vectors(Embeddings):
    """The library's embedder as LangChain knows one."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_question(text)]


class LangChainSystem:
    """The pipeline over a library's papers, with the chat model of the settings."""

    def __init__(self, library: Library, settings: Settings) -> None:
        """Embeds every abstract. Raises OutsideSystemError without a chat model."""
        if settings.resolved_mode != "llm" or settings.model is None:
            raise OutsideSystemError("--system langchain needs a chat model: set FOOTNOTE_MODEL")
        self._settings = settings
        self.secrets = secrets_of(settings)
        self.facts = SystemFacts(
            name="langchain", mode="llm", model=settings.model, settings={"k": K}, code=code_digest()
        )
        options: dict[str, Any] = {"base_url": settings.openai_base_url} if settings.openai_base_url else {}
        if settings.openai_api_key:
            options["api_key"] = settings.openai_api_key.get_secret_value()
        model = init_chat_model(
            settings.model,
            model_provider=settings.model_provider,
            temperature=settings.temperature,
            max_retries=settings.model_retries,
            **options,
        )
        self._store = InMemoryVectorStore(_Vectors(library.embedder))
        self._store.add_documents(list(map(_document, library.catalog.papers())))
        self._chain = ChatPromptTemplate.from_template(PROMPT) | model

    async def warm_up(self, title: str) -> None:
        """Nothing more than what the constructor loaded."""

    async def answer(self, question: Question) -> SystemAnswer:
        """The model's reply. Raises what the model's client raises."""
        found = await self._store.asimilarity_search(question.question, k=KEPT)
        shown = [str(document.id) for document in found[:K]]
        reply = await self._chain.ainvoke({"papers": _numbered(found[:K]), "question": question.question})
        text = str(reply.text)
        cited = dict.fromkeys(int(n) for n in re.findall(r"\[(\d{1,3})\]", text) if 0 < int(n) <= len(shown))
        return SystemAnswer(
            ranking=tuple(str(document.id) for document in found),
            shown=tuple(shown),
            text=text,
            status="unsupported" if REFUSAL in text else "answered",
            citations=tuple(Cited(paper=shown[n - 1]) for n in cited),
            mode="llm",
            usage=self._usage(getattr(reply, "usage_metadata", None) or {}),
        )

    def _usage(self, tokens: dict[str, int]) -> Usage:
        sent, received = tokens.get("input_tokens", 0), tokens.get("output_tokens", 0)
        cost = cost_usd(self._settings.prices, self.facts.model or "", sent, received)
        return Usage(calls=1, prompt_tokens=sent, completion_tokens=received, cost_usd=cost)


def _document(paper: Paper) -> Document:
    return Document(id=paper.id, page_content=f"{paper.title}\n{paper.abstract}")


def _numbered(documents: Iterable[Document]) -> str:
    return "\n\n".join(f"[{n}] {each.page_content}" for n, each in enumerate(documents, start=1))
