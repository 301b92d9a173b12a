"""A classifier of (sentences, claim) pairs, such as an NLI model or MiniCheck, as ONNX in a folder.

The folder holds `model.onnx` (or `onnx/model.onnx`), `tokenizer.json` and `config.json`, as exports from
transformers do. MiniCheck: Tang et al., "MiniCheck: Efficient Fact-Checking of LLMs on Grounding
Documents" (2024, arXiv:2404.10774).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from footnote.rag.settings import SettingsError

_FOLLOWS = re.compile(
    r"(?:entail(?:ed|ment|s)?|support(?:ed|s)?|follows|yes|true|consistent|(?:label_)?1)", re.I
)
_MAX_TOKENS = 512


class Classifier:
    """Says whether a claim follows from sentences."""

    def __init__(self, folder: Path) -> None:
        """Raises SettingsError, which names the file, for a folder that can't be used."""
        import onnxruntime
        from tokenizers import Tokenizer

        models = [path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.is_file()]
        if not models:
            raise _unusable(folder / "model.onnx", "is missing")
        config = _config(folder / "config.json")
        self.name = Path(str(config.get("_name_or_path") or folder)).name
        self._follows = _following(config, folder / "config.json")
        tokens = folder / "tokenizer.json"
        if not tokens.is_file():
            raise _unusable(tokens, "is missing")
        try:
            self._tokenizer = Tokenizer.from_file(str(tokens))
            self._session = onnxruntime.InferenceSession(str(models[0]), providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise their own, without a common class
            raise _unusable(folder, f"can't be loaded: {str(error)[:200]}") from error
        longest = int(config.get("max_position_embeddings") or _MAX_TOKENS)
        self._tokenizer.enable_truncation(min(longest, _MAX_TOKENS), strategy="longest_first")
        self._tokenizer.no_padding()
        self._inputs = [each.name for each in self._session.get_inputs()]

    def follows(self, sentences: str, claim: str) -> tuple[bool, float]:
        """Whether `claim` follows from `sentences` (the likeliest label says so), and its chance, 0 … 1."""
        encoding = self._tokenizer.encode(sentences, claim)
        given = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feeds = {name: np.array([given[name]], np.int64) for name in self._inputs}
        chances = _softmax(np.asarray(self._session.run(None, feeds)[0], np.float64).reshape(-1))
        return int(chances.argmax()) == self._follows, float(chances[self._follows])


@lru_cache(maxsize=2)
def load_classifier(folder: Path) -> Classifier:
    """The classifier of a folder, loaded once a process. Raises SettingsError."""
    return Classifier(folder)


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable(path, f"can't be read: {error}") from error
    if not isinstance(config, dict):
        raise _unusable(path, "is no object")
    return config


def _following(config: Mapping[str, Any], path: Path) -> int:
    """The place of the label that means "follows"."""
    labels = config.get("id2label")
    labels = labels if isinstance(labels, dict) else {}
    found = [int(n) for n, label in labels.items() if _FOLLOWS.fullmatch(str(label).strip())]
    if len(found) != 1:
        names = ", ".join(map(str, labels.values())) or "none"
        raise _unusable(
            path, f"id2label must have one label for “follows”, such as entailment; it has {names}"
        )
    return found[0]


def _softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum(), np.float64)


def _unusable(path: Path, why: str) -> SettingsError:
    return SettingsError(f"FOOTNOTE_VERIFIER: {path}: {why}")
