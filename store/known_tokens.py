"""Tokens of texts that are known already, looked up by a hash of the text."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from footnote.store.known_vectors import key, keys_of, packed_keys
from footnote.store.protocols import SignedTokens

log = logging.getLogger(__name__)


class KnownTokens:
    """Signed tokens by the key of their text, all of one model."""

    def __init__(self, tokens: Mapping[bytes, SignedTokens]) -> None:
        self._tokens = tokens

    def __len__(self) -> int:
        return len(self._tokens)

    def get(self, text: str) -> SignedTokens | None:
        """The tokens of `text`; None where they aren't known."""
        return self._tokens.get(key(text))

    @classmethod
    def load(cls, file: Path, stamp: str) -> KnownTokens:
        """The tokens in `file`; none where they aren't of the model `stamp` or can't be read."""
        try:
            with np.load(file, allow_pickle=False) as held:
                if str(held["stamp"]) != stamp:
                    return cls({})
                parts = (_split(held[name], held[_counts(name)]) for name in SignedTokens._fields)
                texts = map(SignedTokens, *parts)
                return cls(dict(zip(keys_of(held["keys"]), texts, strict=True)))
        except FileNotFoundError:
            return cls({})
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            log.warning("the tokens in %s can't be read (%s): they are computed instead", file, error)
            return cls({})


def save(file: Path, stamp: str, tokens: Mapping[str, SignedTokens]) -> None:
    """Writes tokens of the model `stamp`, by text; at least one."""
    arrays: dict[str, Any] = {"stamp": np.array(stamp), "keys": packed_keys(tokens)}
    for name in SignedTokens._fields:
        parts = [getattr(held, name) for held in tokens.values()]
        arrays |= {name: np.concatenate(parts), _counts(name): np.array([len(part) for part in parts])}
    draft = file.with_suffix(".part")
    with draft.open("wb") as handle:
        np.savez(handle, **arrays)
    draft.replace(file)


def _counts(name: str) -> str:
    return f"{name}_counts"


def _split(rows: npt.NDArray[Any], counts: npt.NDArray[np.int64]) -> list[npt.NDArray[Any]]:
    """The rows of each text."""
    return np.split(rows, np.cumsum(counts)[:-1])
