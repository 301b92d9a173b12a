"""What tokens cost. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from footnote.rag.settings import Price


def cost_usd(
    prices: Mapping[str, Price], model: str, prompt_tokens: int, completion_tokens: int
) -> float | None:
    """US dollars for the tokens, None where the table has no price of the model.

    Without tokens it is 0, whatever the model: nothing was sent. Providers' discounts for cached
    prompts are not applied.
    """
    if not prompt_tokens and not completion_tokens:
        return 0.0
    price = prices.get(model)
    if price is None:
        return None
    return (prompt_tokens * price.prompt + completion_tokens * price.completion) / 1_000_000
