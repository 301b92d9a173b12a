"""Tuning the encoder: one pass over the exercises, the best weights on what was held back kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np
import torch
from tokenizers import Tokenizer

from footnote.store.adapt.cloze import Exercise, reciprocal_rank
from footnote.store.adapt.encoder import Parameters, encode
from footnote.store.embedder import Vectors
from footnote.store.model.build import Weights

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with (exercises done, exercises in all)."""

WINDOW = 160
"""Tokens that are read of a rest: about what a passage has, and much quicker than all that fit."""
_BATCH = 32
_RATE = 1e-4
_WARM_UP = 0.1
_TEMPERATURE = 0.05
_CHECKS = 4
_PATIENCE = 2


def tune(
    weights: Weights,
    tokenizer: bytes,
    taught: Sequence[Exercise],
    asked: Sequence[Exercise],
    *,
    window: int = WINDOW,
    rate: float = _RATE,
    progress: Progress | None = None,
) -> Weights:
    """The weights after a pass over `taught`; those given, where `asked` are found no better.

    The loss is InfoNCE (van den Oord et al., 2018) within the batch, in order as given. tokenizer:
    as published. Memory is that of one batch of 32 texts of `window` tokens and of four times the
    weights. The same arguments give the same weights on the same machine.
    """
    reader = _Reader(tokenizer, window)
    # Copies, for they are changed; what isn't float (position numbers) takes no part.
    learned = {
        name: torch.tensor(rows, requires_grad=True)
        for name, rows in weights.items()
        if rows.dtype == np.float32 and not name.startswith("pooler.")
    }
    optimizer = torch.optim.AdamW(learned.values(), lr=rate, weight_decay=0.01)
    batches = [taught[at : at + _BATCH] for at in range(0, len(taught), _BATCH)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: _share(n, len(batches)))
    best, best_rank = _copy(learned), reader.rank(learned, asked)
    log.info("reciprocal rank on what is held back, before: %.3f", best_rank)
    every = max(1, len(batches) // _CHECKS)
    done = worse = 0
    for n, batch in enumerate(batches, start=1):
        optimizer.zero_grad()
        reader.loss(learned, batch).backward()
        torch.nn.utils.clip_grad_norm_(learned.values(), 1.0)
        optimizer.step()
        schedule.step()
        done += len(batch)
        if progress:
            progress(done, len(taught))
        if n % every and n != len(batches):
            continue
        rank = reader.rank(learned, asked)
        log.info("after %d of %d sentences: %.3f", done, len(taught), rank)
        if rank > best_rank:
            best, best_rank, worse = _copy(learned), rank, 0
        else:
            worse += 1
        if worse == _PATIENCE:
            break
    return {name: best[name].numpy() for name in best}


def _share(step: int, steps: int) -> float:
    """Of the rate: up from nothing over the first steps, then down to nothing."""
    warm_up = max(1.0, _WARM_UP * steps)
    return min((step + 1) / warm_up, max(0.0, (steps - step) / max(1.0, steps - warm_up)))


def _copy(weights: Parameters) -> dict[str, torch.Tensor]:
    return {name: rows.detach().clone() for name, rows in weights.items()}


class _Reader:
    """Texts → rows, loss and rank, under given weights."""

    def __init__(self, tokenizer: bytes, window: int) -> None:
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.enable_truncation(window)
        self._tokenizer.enable_padding()

    def rows(self, weights: Parameters, texts: Sequence[str]) -> torch.Tensor:
        return encode(weights, self._tokenizer.encode_batch(list(texts)))

    def loss(self, weights: Parameters, batch: Sequence[Exercise]) -> torch.Tensor:
        counts = torch.tensor([len(x.sentences) for x in batch])
        own = torch.arange(len(batch)).repeat_interleave(counts)
        sentences = self.rows(weights, [sentence for x in batch for sentence in x.sentences])
        rests = self.rows(weights, [x.rest for x in batch])
        whose = torch.tensor([x.paper for x in batch])
        # Another rest of the same paper is nearly as right as its own.
        same = (whose[own][:, None] == whose[None, :]) & (own[:, None] != torch.arange(len(batch)))
        logits = (sentences @ rests.T / _TEMPERATURE).masked_fill(same, -torch.inf)
        return torch.nn.functional.cross_entropy(logits, own)

    def rank(self, weights: Parameters, asked: Sequence[Exercise]) -> float:
        def embed(texts: Sequence[str]) -> Vectors:
            with torch.no_grad():
                parts = [self.rows(weights, texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
            rows: Vectors = torch.cat(parts).numpy()
            return rows

        return reciprocal_rank(embed, asked)
