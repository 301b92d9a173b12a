"""Whether the quantity of a claim is one that its source has: value, unit, and what a hedge allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from footnote.rag.language.numbers.quantities import Quantity


def missing(
    claim: Sequence[Quantity], evidence: Sequence[Quantity], counts: Iterable[float]
) -> list[Quantity]:
    """The claim's quantities that no quantity of the evidence, nor a word that counts, agrees with."""
    known = set(counts)
    return [
        one
        for one in claim
        if not (one.unit in ("", "noun") and one.value in known)
        and not any(agrees(one, other) for other in evidence)
    ]


def agrees(claim: Quantity, said: Quantity) -> bool:
    """Whether what a claim says is what the source says: same value, or as near as its hedge allows."""
    if claim.sign != said.sign and ((claim.sign and said.sign) or claim.unit in ("°C", "°F")):
        return False
    for value in {claim.value, claim.also or claim.value}:
        for other in {said.value, said.also or said.value}:
            converted = _in_unit(other, said, claim)
            if converted is not None and _near(value, converted, claim, said):
                return True
    return False


def _in_unit(value: float, said: Quantity, claim: Quantity) -> float | None:
    """The source's value in the claim's unit; None where the two units don't go together."""
    a, b = claim.unit, said.unit
    if a == b:
        return value
    if (not a or not b) and not {a, b} & {"times", "share"}:
        return value / said.factor * claim.factor
    if {a, b} <= {"pp", "points"}:
        return value
    if {a, b} == {"%", "share"}:
        return value * 100 if a == "%" else value / 100
    if {a, b} == {"times", "share"} and value:
        return 1 / value
    if {a, b} == {"%", "times"}:  # doubling is an increase by 100 %
        return (value - 1) * 100 if a == "%" and value == 2 else value / 100 + 1 if value == 100 else None
    if "noun" in (a, b):
        other = b if a == "noun" else a
        return value if other in ("", "points", "money") else None
    if "times" in (a, b) and "" in (a, b):
        return value
    return None


def _near(value: float, said: float, claim: Quantity, source: Quantity) -> bool:
    if value == said or abs(value - said) <= 1e-9 * max(abs(value), abs(said)):
        return True
    if "share" in (claim.unit, source.unit) and abs(value - said) <= 0.04 * abs(said):
        return True  # "a third" is 33 %
    if claim.bound == source.bound != "about":
        return False
    if not claim.bound or not said or (value < 0) != (said < 0):
        return False
    ratio = value / said
    if claim.bound == "about":
        return abs(ratio - 1) <= 0.06 or _rounded(said, value)
    return 0.75 <= ratio < 1 if claim.bound == "over" else 1 < ratio <= 1.25


def _rounded(said: float, value: float) -> bool:
    """Whether `value` is `said` rounded to as many figures as `value` shows, at least two of `said`'s ten."""
    shown = f"{value:.6e}".split("e")[0].rstrip("0").rstrip(".").replace(".", "").lstrip("-")
    return float(f"{said:.{max(len(shown), 1) - 1}e}") == value and abs(value / said - 1) < 0.15
