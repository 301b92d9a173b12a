"""The fitted numbers: what the product reads is what the file says."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from footnote.rag.retrieval.confidence import QUESTION_WORDS, ConfidenceFeatures
from footnote.rag.retrieval.fusion import LEARNED, RANKED_BY
from footnote.rag.weights import FITS, Fits, read_fits
from footnote.store.embedders.minilm import MiniLM


def test_each_fit_has_a_weight_for_each_feature() -> None:
    assert tuple(FITS.ranking.weights) == RANKED_BY
    assert FITS.ranking.weights == LEARNED
    features = {field.name for field in fields(ConfidenceFeatures)} - {"question_words"}
    assert {*FITS.near.weights, *FITS.found.weights, *FITS.stated.weights} == features
    assert FITS.asked.weights.keys() <= set(QUESTION_WORDS)


def test_the_shipped_embedder_is_the_one_that_the_weights_were_fitted_to() -> None:
    by = {name: getattr(FITS, name).embedder for name in Fits.model_fields}
    own = f"{MiniLM.name}@{MiniLM.version}"
    assert by == dict.fromkeys(Fits.model_fields, own)


def test_a_file_of_another_form_is_refused_with_the_field(tmp_path: Path) -> None:
    fits = FITS.model_dump()
    fits["near"]["weights"]["passage"] = "high"
    (tmp_path / "weights.json").write_text(json.dumps(fits), encoding="utf-8")
    with pytest.raises(ValueError, match=r"near\.weights\.passage"):
        read_fits(tmp_path / "weights.json")
