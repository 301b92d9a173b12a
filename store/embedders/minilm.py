"""all-MiniLM-L6-v2 as int8 ONNX, without torch and without a download.

Each text is run by itself: int8 activations are scaled per run, so a text's vector would
otherwise depend on its neighbours in the batch, and no two builds of a library would agree.
Throughput comes from running texts on all cores at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from footnote.store.errors import LibraryError
from footnote.store.protocols import TokenStates, Vectors

MODEL_FOLDER = Path(__file__).parents[1] / "model"
MODEL_FILE = "minilm-l6-v2-int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
STATES = "states"
"""The model's second output: a state a token."""
_KEPT_QUESTIONS = 16
_KEPT_WORDS = 200_000
_WORDS = re.compile(r"[^ \t\n\r]+")


class MiniLM:
    """The shipped embedder: fits both `Embedder` and `TokenEmbedder` of `store.protocols`."""

    name = "all-MiniLM-L6-v2-int8"
    version = "1"
    dimensions = 384
    window = 256
    """Tokens that the model reads of a text, its special tokens among them."""

    def __init__(self, folder: Path = MODEL_FOLDER, threads: int | None = None) -> None:
        """Raises LibraryError if the model's files aren't in `folder`."""
        self._folder = folder
        self._threads = threads or os.cpu_count() or 1
        for file in (MODEL_FILE, TOKENIZER_FILE):
            if not (folder / file).is_file():
                raise LibraryError(f"{folder / file} is missing: install Footnote again, or run "
                                   "`python -m footnote.store.model.build`")  # fmt: skip
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        # Tokens never cross white space, and most words come again: each is tokenized once.
        self._special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._count_word = lru_cache(_KEPT_WORDS)(
            lambda word: len(self._tokenizer.encode(word, add_special_tokens=False).ids)
        )
        # A library asks for the tokens of a batch of passages and then for their vectors: one run gives both.
        self._just_read: dict[str, Vectors] = {}
        # An answer asks for its question's vector and states at several places.
        self._questions = lru_cache(_KEPT_QUESTIONS)(lambda text: self._states(self._for_questions, text))

    # Two sessions, each loaded when first used: texts run side by side, one core each, but a lone
    # question is answered soonest by all cores together.
    @cached_property
    def _for_texts(self) -> onnxruntime.InferenceSession:
        return self._session(threads=1)

    @cached_property
    def _for_questions(self) -> onnxruntime.InferenceSession:
        return self._session(threads=self._threads)

    def _session(self, *, threads: int) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Else its threads would go on spinning for milliseconds, on cores that the search needs next.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        options.inter_op_num_threads = 1
        path = str(self._folder / MODEL_FILE)
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="embed")

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with the special ones; what is more than `window` isn't read."""
        return self._special + sum(map(self._count_word, _WORDS.findall(text)))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `Embedder` has it."""
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        session, read = self._for_texts, self._just_read

        def vector(text: str) -> Vectors:
            return read[text] if text in read else self._run(session, text)

        return np.stack(list(self._pool.map(vector, texts)))

    def embed_question(self, text: str) -> Vectors:
        """As `Embedder` has it."""
        return self._questions(text).vector

    def question_states(self, text: str) -> TokenStates:
        """As `TokenEmbedder` has it."""
        return self._questions(text)

    def states(self, text: str) -> TokenStates:
        """As `TokenEmbedder` has it."""
        return self._states(self._for_texts, text)

    def states_of_all(self, texts: Sequence[str]) -> list[TokenStates]:
        """As `TokenEmbedder` has it."""
        session = self._for_texts
        states = list(self._pool.map(lambda text: self._states(session, text), texts))
        self._just_read = {text: each.vector for text, each in zip(texts, states, strict=True)}
        return states

    def _states(self, session: onnxruntime.InferenceSession, text: str) -> TokenStates:
        encoding = self._tokenizer.encode(text)
        vector, rows = session.run(["embedding", STATES], self._feed(encoding.ids))
        inner = rows[0][1:-1]  # without the special tokens at the ends
        unit = (inner / np.linalg.norm(inner, axis=1, keepdims=True)).astype(np.float32)
        for shared in (vector, unit):
            shared.flags.writeable = False
        own = slice(1, len(inner) + 1)
        return TokenStates(vector[0], tuple(encoding.offsets[own]), unit, tuple(encoding.ids[own]))

    def _run(self, session: onnxruntime.InferenceSession, text: str) -> Vectors:
        (vectors,) = session.run(["embedding"], self._feed(self._tokenizer.encode(text).ids))
        row: Vectors = np.asarray(vectors[0], np.float32)
        return row

    def _feed(self, ids: list[int]) -> dict[str, npt.NDArray[np.int64]]:
        if len(ids) > self.window:
            ids = [*ids[: self.window - 1], ids[-1]]
        tokens = np.array([ids], np.int64)
        return {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}


@cache
def word_pieces() -> frozenset[str]:
    """What words of the shipped tokenizer begin with, in lower case: most are whole words."""
    words = Tokenizer.from_file(str(MODEL_FOLDER / TOKENIZER_FILE)).get_vocab()
    return frozenset(word for word in words if not word.startswith(("##", "[")))
