"""Embeddings from a server that speaks OpenAI's protocol: OpenAI, vLLM, Ollama, llama.cpp and others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
import openai

from footnote.store.embedders.rows import unit_rows
from footnote.store.errors import EmbedderError
from footnote.store.protocols import Vectors

TEXTS_A_REQUEST = 64
"""A whole batch of papers in some ten requests; every server that we know takes as many."""
MAX_CHARS = 8_000
"""Of a text: OpenAI's models refuse one of more than 8,192 tokens, and a token has a character or more."""
_TIMEOUT_S = 60.0
_KEPT_QUESTIONS = 16
_PROBE = "dimensions"


class OpenAIEmbedder:
    """The model `model` of an OpenAI-compatible embeddings endpoint; see `store.protocols.Embedder`.

    The number of dimensions is read from the first reply, and is the version: a server that gives the model
    with other dimensions is another embedder.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = _TIMEOUT_S,
        retries: int = 2,
    ) -> None:
        """base_url: None means OpenAI's own server, which needs a key. timeout_s: of one request.

        retries: of a request that failed for a reason that may pass. Raises EmbedderError without a key.
        """
        if not api_key and not base_url:
            raise EmbedderError(
                f"FOOTNOTE_EMBEDDER=openai:{model} needs a key: set OPENAI_API_KEY, or OPENAI_BASE_URL to a "
                "server that needs none"
            )
        self.name = f"openai:{model}"
        self._model = model
        self._client = openai.OpenAI(
            # The client refuses to be made without a key; a server of one's own ignores it.
            api_key=api_key or "none",
            base_url=base_url,
            timeout=timeout_s,
            max_retries=retries,
        )
        self._source = f"the embeddings server at {self._client.base_url} (FOOTNOTE_EMBEDDER={self.name})"
        self._timeout_s = timeout_s
        # An answer asks for its question's vector at several places.
        self._questions = lru_cache(_KEPT_QUESTIONS)(self._question)

    @property
    def version(self) -> str:
        """The dimensions. Raises EmbedderError."""
        return str(self.dimensions)

    @cached_property
    def dimensions(self) -> int:
        """Length of a vector, as the server's first reply has it. Raises EmbedderError."""
        return int(self._request([_PROBE], None).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `Embedder` has it, in requests of 64 texts. Raises EmbedderError."""
        parts = [
            self._request(texts[at : at + TEXTS_A_REQUEST], self.dimensions)
            for at in range(0, len(texts), TEXTS_A_REQUEST)
        ]
        return np.concatenate(parts) if parts else np.empty((0, self.dimensions), np.float32)

    def embed_question(self, text: str) -> Vectors:
        """As `Embedder` has it. Raises EmbedderError."""
        return self._questions(text)

    def _question(self, text: str) -> Vectors:
        row: Vectors = self._request([text], self.dimensions)[0]
        row.flags.writeable = False  # it is kept, and shared
        return row

    def _request(self, texts: Sequence[str], dimensions: int | None) -> Vectors:
        try:
            reply = self._client.embeddings.create(
                model=self._model,
                # An empty text is refused; a space is a text without a word.
                input=[text[:MAX_CHARS] or " " for text in texts],
                encoding_format="float",
            )
            rows = [item.embedding for item in sorted(reply.data, key=lambda item: item.index)]
        except openai.OpenAIError as error:
            raise EmbedderError(f"{self._source} {self._problem(error)}") from error
        # The client doesn't check a reply's form: what is no such reply lacks one of these.
        except (AttributeError, TypeError, ValueError) as error:
            raise EmbedderError(
                f"{self._source} sent a reply that isn't one of OpenAI's embeddings: check OPENAI_BASE_URL"
            ) from error
        return unit_rows(rows, len(texts), dimensions, self._source)

    def _problem(self, error: openai.OpenAIError) -> str:
        """What went wrong, and the fix; without the server's own words, which may repeat a key."""
        match error:
            case openai.APITimeoutError():
                return f"gave no reply within {self._timeout_s:g} s: try again, or look at the server"
            case openai.APIConnectionError():
                return "can't be reached: check OPENAI_BASE_URL and the network"
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return "refused the key: set OPENAI_API_KEY to one that it accepts"
            case openai.NotFoundError():
                return "has no such model or endpoint: check FOOTNOTE_EMBEDDER and OPENAI_BASE_URL"
            case openai.RateLimitError():
                return "refuses more requests now: wait, or raise the account's limit"
            case openai.APIStatusError():
                return f"replied with HTTP status {error.status_code}: look at the server's log"
        return f"can't be used ({type(error).__name__})"
