"""Counts tokens as a chat model does, without a long wait for the vocabulary.

tiktoken downloads a vocabulary at first use, with no time limit. Here that happens in a thread, once a
process, and callers wait for it no longer than `WAIT_S`. Until the vocabulary is there, tokens are
estimated, rather too many than too few.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

logger = logging.getLogger(__name__)

WAIT_S = 2.0
_UNKNOWN_MODEL = "o200k_base"
_BYTES_PER_TOKEN = 3
"""English has 4 to 5 bytes a token, other scripts about 3: too many tokens are counted, not too few."""


class TokenCounter:
    """Counts by a vocabulary, or estimates where `encoding` is None."""

    def __init__(self, encoding: tiktoken.Encoding | None = None) -> None:
        self._encoding = encoding

    @property
    def estimated(self) -> bool:
        """Whether counts are estimates."""
        return self._encoding is None

    def count(self, text: str) -> int:
        """The number of tokens in `text`; names of special tokens in it are plain text."""
        if self._encoding is None:
            return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)
        return len(self._encoding.encode_ordinary(text))


class Vocabularies:
    """The vocabularies of one process, each downloaded at most once and waited for at most once."""

    def __init__(self, fetch: Callable[[str], tiktoken.Encoding], *, wait_s: float = WAIT_S) -> None:
        self._fetch = fetch
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._loads: dict[str, tuple[float, Future[tiktoken.Encoding]]] = {}
        self._warned: set[str] = set()

    def get(self, name: str) -> tiktoken.Encoding | None:
        """The vocabulary, or None where it isn't there yet, which is logged once."""
        with self._lock:
            if name not in self._loads:
                self._loads[name] = (time.monotonic() + self._wait_s, Future())
                # A daemon: a download that hangs must not keep the process from ending.
                threading.Thread(
                    target=self._run, args=(name, self._loads[name][1]), name=f"tiktoken-{name}", daemon=True
                ).start()
            deadline, load = self._loads[name]
        try:
            return load.result(timeout=max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            self._warn_once(name, "is not there yet")
        except Exception as error:  # noqa: BLE001  tiktoken passes on any error of its download
            self._warn_once(name, f"can't be fetched ({type(error).__name__})")
        return None

    def _run(self, name: str, load: Future[tiktoken.Encoding]) -> None:
        try:
            load.set_result(self._fetch(name))
        except Exception as error:  # noqa: BLE001  passed on to callers that wait
            load.set_exception(error)

    def _warn_once(self, name: str, why: str) -> None:
        with self._lock:
            if name in self._warned:
                return
            self._warned.add(name)
        logger.warning("the vocabulary %s of tiktoken %s: tokens are estimated", name, why)


def _fetch(name: str) -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.get_encoding(name)


_vocabularies = Vocabularies(_fetch)


def vocabulary_of(model: str) -> str:
    """The name of the vocabulary that a model uses; a recent one for an unknown model."""
    from tiktoken.model import encoding_name_for_model

    try:
        return encoding_name_for_model(model)
    except KeyError:
        return _UNKNOWN_MODEL


def counter_for(model: str) -> TokenCounter:
    """The counter for a model. The first call of a process may take up to `WAIT_S`."""
    return TokenCounter(_vocabularies.get(vocabulary_of(model)))
