"""The fit of `rag.catalogue.intentions`: the questions of `intentions.txt` against ordinary ones."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from footnote.eval.errors import FitError
from footnote.eval.questions import EVERYDAY, SHIPPED, SHORT
from footnote.rag.catalogue.intentions import CLASSES, PAPERS, THRESHOLD, Classifier, features, words
from footnote.store.embedders.minilm import MiniLM

_TOPICS = """
    reward hacking|position bias of judges|CRISPR gene editing|code review|malaria vaccines|
    machine translation|requirements engineering|preference optimization|depression in adolescents|
    supply chains|technical debt|protein folding|hallucination|leadership|red teaming|diffusion models|
    insulin resistance|sycophancy|graph neural networks|mutation testing|
    safety alignment of language models|suicide prevention|agile teams|open source communities|
    climate change|breast cancer|how models learn to follow instructions|stem cells|
    customer satisfaction|instruction tuning|continuous integration|RLHF|DPO|the gut microbiome|
    pain management|recommender systems|in-context learning|cultural values|defect prediction
"""
_PAPERS = """
    URIAL|Magpie|BERT|RecGPT|AlignX|OneRec-V2|Attention Is All You Need|BeHonest|SPPO|GRAPE|KTO|PORTIA|
    SciBERT|Large Language Models are not Fair Evaluators|Direct Preference Optimization|
    Alignment for Honesty|AlphaFold|TestForge|D-REX|MinMo|LIMA|the study on malaria vaccines|
    the survey on code review|A Survey of Code Review|The Effects of Vitamin D on Bone Density|
    Learning to Rank with Weak Supervision|Birds of the Northern Sea|
    Scaling Laws for Neural Language Models|Sleep Loss Harms Memory in Older Adults|Why Do Projects Fail
"""
_PERSONS = """
    Percy Liang|Yoshua Bengio|Smith|Maria Garcia|Wei Zhang|J. Doe|Hinton|Chen et al.|Anna Müller|Kumar|
    Rafailov|Emily Bender
"""
_PLACES = "Stanford|Google|DeepMind|Tencent|MIT|OpenAI|China|Tsinghua University|Germany"


def _choices(text: str) -> list[str]:
    return [choice.strip() for choice in text.split("|")]


_FILLINGS = {
    "topic": _choices(_TOPICS),
    "paper": _choices(_PAPERS),
    "person": _choices(_PERSONS),
    "place": _choices(_PLACES),
    "year": [str(year) for year in range(2005, 2026)],
}
EXAMPLES = Path(__file__).parent / "intentions.txt"
_SLOT = re.compile(r"\{(\w+)\}")
_PER_EXAMPLE = 10
"""Fillings of an example with slots."""
_RIDGE = 0.2
_FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class IntentionsFit:
    """The classifier, and what the same fit does with questions that it hasn't seen (cross-validated).

    examples, ordinary: how many questions. recognised: share of examples that aren't taken for ordinary
    questions. right: share of these with the right intention. misread: ordinary questions taken for others.
    """

    classifier: Classifier
    examples: int
    ordinary: int
    recognised: float
    right: float
    misread: tuple[str, ...]


def read_ordinary(files: Sequence[Path]) -> list[str]:
    """Ordinary questions: those that ship, and `question` or `text` of each line of further JSON-lines files.

    Raises FitError for a line that has neither.
    """
    found = EVERYDAY.read_text(encoding="utf-8").splitlines()
    for file in (SHIPPED, SHORT, *files):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            entry = json.loads(line)
            text = entry.get("question") or entry.get("text")
            if not text:
                raise FitError(f"{file.name}, line {number}: neither `question` nor `text`")
            found.append(text)
    return list(dict.fromkeys(found))


def fit_intentions(ordinary: Sequence[str], embedder: MiniLM) -> IntentionsFit:
    """Fits to all examples and all ordinary questions. An example and its fillings share a fold."""
    rows = list(filled_examples())
    texts = [text for _, _, text in rows] + list(ordinary)
    labels = np.array([CLASSES.index(kind) for kind, _, _ in rows] + [CLASSES.index(PAPERS)] * len(ordinary))
    groups = [number for _, number, _ in rows] + [len(rows) + n for n in range(len(ordinary))]
    weights = np.array([1 / _PER_EXAMPLE**0.5] * len(rows) + [1.0] * len(ordinary))
    columns = frame_words()
    table = features(texts, embedder.embed(texts), columns)
    held_out = np.zeros((len(texts), len(CLASSES)))
    for train, test in GroupKFold(_FOLDS).split(table, labels, groups):
        held_out[test] = _fit(table[train], labels[train], weights[train]).predict_proba(table[test])
    whole = _fit(table, labels, weights)
    papers = CLASSES.index(PAPERS)
    found = 1 - held_out[:, papers] >= THRESHOLD
    right = held_out[:, :papers].argmax(axis=1) == labels
    mine = labels != papers
    return IntentionsFit(
        classifier=Classifier(
            whole.coef_.astype(np.float32),
            whole.intercept_.astype(np.float32),
            columns,
            f"{embedder.name}@{embedder.version}",
        ),
        examples=int(mine.sum()),
        ordinary=len(ordinary),
        recognised=float(found[mine].mean()),
        right=float(right[mine & found].mean()),
        misread=tuple(text for text, hit, own in zip(texts, found, mine, strict=True) if hit and not own),
    )


def _fit(
    table: npt.NDArray[np.float32], labels: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> LogisticRegression:
    return LogisticRegression(C=1 / _RIDGE, max_iter=1000).fit(table, labels, sample_weight=weights)


@dataclass(frozen=True)
class _Example:
    """A line of `intentions.txt`, with {slots}. kind: one of `CLASSES`."""

    kind: str
    text: str


def _examples() -> Iterator[_Example]:
    kind = PAPERS
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("["):
            kind = text[1:-1]
        elif text and not text.startswith("#"):
            yield _Example(kind, text)


def frame_words() -> dict[str, int]:
    """The words of examples outside of their slots, each with its column."""
    frames = (_SLOT.sub(" ", example.text) for example in _examples() if example.kind != PAPERS)
    return {
        word: column
        for column, word in enumerate(sorted({word for frame in frames for word in words(frame)}))
    }


def filled_examples() -> Iterator[tuple[str, int, str]]:
    """(class, number of the example, question): as written, and carelessly: small letters, no marks."""
    chance = random.Random(7)
    for number, example in enumerate(_examples()):
        times = _PER_EXAMPLE if "{" in example.text else 1
        made = {_fill(example.text, chance) for _ in range(times)}
        for text in sorted(made | {text.lower().rstrip("?.!") for text in made}):
            yield example.kind, number, text


def _fill(text: str, chance: random.Random) -> str:
    return _SLOT.sub(lambda slot: chance.choice(_FILLINGS[slot[1]]), text)
