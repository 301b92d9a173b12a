"""Units of measure: 48 ms, 2.3 nanojoules, 11 GB, brought to one scale each."""

from __future__ import annotations

import re
from functools import cache

_PREFIXES = {"p": 1e-12, "n": 1e-9, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "m": 1e-3, "c": 1e-2, "": 1.0, "k": 1e3,
             "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}  # fmt: skip
_PREFIX_NAMES = {"pico": 1e-12, "nano": 1e-9, "micro": 1e-6, "milli": 1e-3, "centi": 1e-2, "": 1.0,
                 "kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15}  # fmt: skip
_SYMBOLS = {"s": "s", "J": "J", "W": "W", "Hz": "Hz", "B": "byte", "bit": "bit", "g": "g", "m": "m", "V": "V",
            "L": "litre", "l": "litre", "mol": "mol", "Pa": "Pa", "eV": "eV", "Wh": "Wh", "bps": "bps",
            "M": "molar", "N": "N"}  # fmt: skip
_NAMES = {"second": "s", "joule": "J", "watt": "W", "hertz": "Hz", "byte": "byte", "bit": "bit", "gram": "g",
          "metre": "m", "meter": "m", "volt": "V", "litre": "litre", "liter": "litre", "mole": "mol",
          "pascal": "Pa", "molar": "molar", "newton": "N"}  # fmt: skip
_OTHERS = {
    "sec": ("s", 1), "secs": ("s", 1), "min": ("s", 60), "mins": ("s", 60), "minute": ("s", 60),
    "h": ("s", 3600), "hr": ("s", 3600), "hrs": ("s", 3600), "hour": ("s", 3600), "day": ("s", 86_400),
    "week": ("s", 604_800), "month": ("month", 1), "year": ("month", 12), "yr": ("month", 12),
    "decade": ("month", 120), "°c": ("°C", 1), "°f": ("°F", 1), "℃": ("°C", 1), "gib": ("byte", 2**30),
    "mib": ("byte", 2**20), "tonne": ("g", 1e6), "mile": ("mile", 1), "ft": ("ft", 1), "feet": ("ft", 1),
    "foot": ("ft", 1), "inch": ("inch", 1), "kmh": ("km/h", 1), "°": ("°", 1), "degree": ("°", 1),
    "px": ("pixel", 1), "pixel": ("pixel", 1), "rpm": ("rpm", 1), "fps": ("fps", 1), "db": ("dB", 1),
    "dl": ("litre", 0.1),
    "iu": ("IU", 1), "kb": ("byte", 1e3), "mb": ("byte", 1e6), "gb": ("byte", 1e9), "tb": ("byte", 1e12),
}  # fmt: skip
MEASURE = re.compile(r"[ \u00a0\u202f-]?(°\s?[CF]\b|℃|°|[A-Za-zµμ]{1,14}\b)")


@cache
def _symbols() -> dict[str, tuple[str, float]]:
    found = {p + s: (unit, factor) for p, factor in _PREFIXES.items() for s, unit in _SYMBOLS.items()}
    # Letters by themselves that are more often something else than a unit.
    for odd in (
        "M",
        "N",
        "B",
        "L",
        "l",
        "cN",
        "PM",
        "pM",
        "TM",
        "GM",
        "cB",
        "mB",
        "pB",
        "cM",
        "PB",
        "mN",
        "cs",
        "Ts",
        "PN",
    ):
        found.pop(odd, None)
    return found


@cache
def _names() -> dict[str, tuple[str, float]]:
    found = {p + n: (unit, factor) for p, factor in _PREFIX_NAMES.items() for n, unit in _NAMES.items()}
    return found | _OTHERS


def measure(unit: str) -> tuple[str, float] | None:
    """The base unit and the factor to it: "ms" → s, .001; None where `unit` is no measure."""
    bare = unit.replace(" ", "")
    if bare in _symbols():
        return _symbols()[bare]
    lower = bare.lower()
    names = _names()
    return (
        names.get(lower) or names.get(lower.removesuffix("s"))
        if len(lower) > 1 or lower in ("h", "°")
        else None
    )
