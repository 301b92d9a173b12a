"""MiniLM's forward pass in torch: the graph that store/model/build.py writes, with gradients.

Sources: Devlin et al. 2019 (BERT), Wang et al. 2020 (MiniLM), Reimers & Gurevych 2019 (pooling).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from tokenizers import Encoding
from torch.nn.functional import (
    embedding,
    gelu,
    layer_norm,
    linear,
    normalize,
    scaled_dot_product_attention,
)

from footnote.store.model.build import EPSILON, HEAD_SIZE, layers

Parameters = Mapping[str, torch.Tensor]


def encode(weights: Parameters, texts: Sequence[Encoding]) -> torch.Tensor:
    """Tokenized texts, padded to one length → a unit row each."""
    tokens = torch.tensor([text.ids for text in texts])
    mask = torch.tensor([text.attention_mask for text in texts])

    def norm(x: torch.Tensor, key: str) -> torch.Tensor:
        return layer_norm(x, x.shape[-1:], weights[f"{key}.weight"], weights[f"{key}.bias"], EPSILON)

    def product(x: torch.Tensor, key: str) -> torch.Tensor:
        return linear(x, weights[f"{key}.weight"], weights[f"{key}.bias"])

    x = embedding(tokens, weights["embeddings.word_embeddings.weight"])
    x = x + weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    seen = mask.bool()[:, None, None, :]
    for i in range(layers(weights)):
        at = f"encoder.layer.{i}"
        query, key, value = (
            product(x, f"{at}.attention.self.{part}").unflatten(-1, (-1, HEAD_SIZE)).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = scaled_dot_product_attention(query, key, value, attn_mask=seen)
        out = product(mixed.transpose(1, 2).flatten(2), f"{at}.attention.output.dense")
        x = norm(x + out, f"{at}.attention.output.LayerNorm")
        inner = gelu(product(x, f"{at}.intermediate.dense"))
        x = norm(x + product(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    weight = mask[:, :, None].to(x.dtype)
    return normalize((x * weight).sum(1) / weight.sum(1), dim=-1)
