"""A classifier as ONNX in a folder: a tiny model, made here, that counts what tokens a pair has."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from footnote.rag.answer import Citation
from footnote.rag.settings import Settings, SettingsError
from footnote.rag.verification.classifier import Classifier
from footnote.rag.verification.judge_prompt import ClaimToJudge
from footnote.rag.verification.judges import ClassifierJudge, judge_for
from footnote.store.papers import Paper

WORDS = {"[UNK]": 0, "rain": 1, "sun": 2}
NLI = {"0": "contradiction", "1": "ENTAILMENT", "2": "neutral"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model whose logits are the sums of its tokens' rows: "rain" votes for label 1, "sun" for 0."""
    rows = np.array([[0, 0, 0.5], [0, 2, 0], [3, 0, 0]], np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["rows", "input_ids"], ["found"]),
            helper.make_node("ReduceSum", ["found", "axis"], ["logits"], keepdims=0),
        ],
        "votes",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [None, None])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [None, 3])],
        [numpy_helper.from_array(rows, "rows"), numpy_helper.from_array(np.array([1]), "axis")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(tmp_path / "model.onnx"))
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    write_config(tmp_path, NLI)
    return tmp_path


def write_config(folder: Path, labels: dict[str, str]) -> None:
    (folder / "config.json").write_text(json.dumps({"id2label": labels, "_name_or_path": "votes"}))


@pytest.mark.parametrize(
    ("labels", "follows"),
    [
        (NLI, True),
        ({"0": "not_entailment", "1": "entailment"}, True),
        ({"0": "LABEL_0", "1": "LABEL_1"}, True),
        ({"0": "0", "1": "1"}, True),
        ({"0": "supported", "1": "unsupported"}, False),
        ({"0": "entailment", "1": "neutral", "2": "contradiction"}, False),
    ],
)
def test_the_label_that_means_follows_is_found_in_the_config(
    folder: Path, labels: dict[str, str], follows: bool
) -> None:
    write_config(folder, labels)
    classifier = Classifier(folder)
    assert classifier.name == "votes"
    assert classifier.follows("rain", "rain")[0] is follows
    assert classifier.follows("sun", "sun")[0] is not follows
    chance = classifier.follows("rain", "rain")[1]
    assert (chance > 0.5) is follows


async def test_a_folder_is_a_judge(folder: Path) -> None:
    judge = judge_for(Settings(verifier=str(folder)))
    assert isinstance(judge, ClassifierJudge)
    paper = Paper(id="p", title="P", abstract="rain sun sun")
    rain, sun = Citation.of(paper, 0, 4), Citation.of(paper, 5, 12)
    judged = await judge.judge(
        "?",
        [
            ClaimToJudge(text="rain", cited=(rain,)),
            ClaimToJudge(text="rain", cited=(sun,)),
            ClaimToJudge(text="rain", cited=()),
        ],
    )
    assert [(n, one.judgement.follows) for n, one in judged.claims.items()] == [(0, True), (1, False)]
    assert judged.claims[0].judgement.model == "votes"
    assert "doesn't follow" in judged.claims[1].judgement.missing


def test_a_pair_is_cut_at_what_the_model_takes_and_at_512_tokens_the_longer_part_first(folder: Path) -> None:
    """A word of sun has 3 votes, one of rain 2: rain wins where enough of it is left behind the sun."""
    config = json.loads((folder / "config.json").read_text())
    for longest, suns, follows in ((61, 40, False), (512, 40, True), (0, 40, True), (None, 40, True)):
        (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": longest}))
        assert Classifier(folder).follows("sun " * suns + "rain " * 600, "rain")[0] is follows, longest
    for longest in (None, 0, 4_000):
        (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": longest}))
        classifier = Classifier(folder)
        # 204 · 3 < 308 · 2, and 205 · 3 > 307 · 2
        assert classifier.follows("sun " * 204 + "rain " * 600, "rain")[0]
        assert not classifier.follows("sun " * 205 + "rain " * 600, "rain")[0]


def test_a_chance_is_the_softmax_of_the_logits(folder: Path) -> None:
    logits = np.array([3, 2, 0])  # of "rain sun"
    chance = np.exp(logits)[1] / np.exp(logits).sum()
    assert Classifier(folder).follows("rain", "sun") == (False, pytest.approx(chance))


def test_a_model_in_the_folder_onnx_is_found_and_a_nameless_one_is_called_as_its_folder(folder: Path) -> None:
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    (folder / "config.json").write_text(json.dumps({"id2label": NLI}))
    assert Classifier(folder).name == folder.name


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("config.json", "[]", "config.json: is no object"),
        ("config.json", "{", "config.json: can't be read"),
        ("config.json", '{"id2label": []}', "it has none"),
        ("config.json", '{"id2label": {"0": "good", "1": "bad"}}', "it has good, bad$"),
        ("tokenizer.json", "{}", "can't be loaded"),
        ("model.onnx", "no model", "can't be loaded"),
    ],
)
def test_a_file_that_can_not_be_used_is_named_with_the_reason(
    folder: Path, file: str, content: str, told: str
) -> None:
    (folder / file).write_text(content)
    with pytest.raises(SettingsError, match=told):
        Classifier(folder)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_file_that_is_missing_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(SettingsError, match=f"FOOTNOTE_VERIFIER: .*{missing}"):
        Classifier(folder)


@pytest.mark.parametrize("labels", [{}, {"0": "good", "1": "bad"}, {"0": "yes", "1": "supported"}])
def test_labels_that_can_not_be_told_are_refused_with_their_names(
    folder: Path, labels: dict[str, str]
) -> None:
    write_config(folder, labels)
    with pytest.raises(SettingsError, match="id2label"):
        Classifier(folder)


def test_what_is_no_verifier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_VERIFIER"):
        Settings(verifier=str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="FOOTNOTE_VERIFIER_MODEL"):
        Settings(verifier="model")
    assert judge_for(Settings()) is None
    assert judge_for(Settings(model="m", verifier="rules")) is None
    names = [
        judge.name
        for changes in ({}, {"verifier_model": "cheap"})
        if (judge := judge_for(Settings(model="m", **changes)))
    ]
    assert names == ["m", "cheap"]
