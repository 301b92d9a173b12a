"""Currencies beside a number: "$5", "US$ 5", "EUR 5", "5 euros", "5 million US dollars"."""

from __future__ import annotations

import re
from collections.abc import Mapping

_DOLLARS = "USD AUD CAD NZD HKD SGD TWD"
_RUPEES = "INR PKR LKR NPR"
_CROWNS = "SEK NOK DKK ISK CZK"
_WRITTEN: Mapping[str, str] = {
    "$": _DOLLARS, "us$": "USD", "u.s.$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD",
    "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "r$": "BRL", "€": "EUR", "£": "GBP",
    "¥": "JPY CNY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₪": "ILS", "₺": "TRY",
    "dollar": _DOLLARS, "us dollar": "USD", "u.s. dollar": "USD", "american dollar": "USD",
    "australian dollar": "AUD", "canadian dollar": "CAD", "new zealand dollar": "NZD",
    "hong kong dollar": "HKD", "singapore dollar": "SGD", "taiwan dollar": "TWD",
    "euro": "EUR", "pound": "GBP", "british pound": "GBP", "pound sterling": "GBP", "pounds sterling": "GBP",
    "sterling": "GBP", "yen": "JPY", "japanese yen": "JPY", "yuan": "CNY", "chinese yuan": "CNY",
    "renminbi": "CNY", "rmb": "CNY", "rupee": _RUPEES, "indian rupee": "INR", "franc": "CHF",
    "swiss franc": "CHF", "rouble": "RUB", "ruble": "RUB", "krona": _CROWNS, "kronor": _CROWNS,
    "krone": _CROWNS, "kroner": _CROWNS, "zloty": "PLN", "shekel": "ILS", "korean won": "KRW",
}  # fmt: skip
"""As written, in lower case and the singular → the ISO 4217 codes that it may stand for."""
_CODES = frozenset(
    f"{_DOLLARS} {_RUPEES} {_CROWNS} EUR GBP JPY CNY CHF KRW RUB BRL MXN ZAR PLN ILS TRY THB".split()
)
_SIGN = r"(?:(?:\b[A-Za-z]{1,2}|\bU\.S\.)?\$|[€£¥₹₩₽₪₺])"
_WORDS = "|".join(sorted((re.escape(w) for w in _WRITTEN if w[-1].isalpha()), key=len, reverse=True))
_CODE = "|".join(sorted(_CODES))
_BEFORE = re.compile(rf"(?:({_SIGN})|\b((?-i:{_CODE})|RMB))\s?[-−+~≈]?\Z", re.IGNORECASE)
_AFTER = re.compile(
    rf"[\s-]?(?:({_SIGN})(?!\s?\d)|\b((?-i:{_CODE})\b|(?:{_WORDS})(?:e?s)?\b))", re.IGNORECASE
)
_NAMED = re.compile(rf"\b(?:U\.?S\.?\$|(?-i:{_CODE})\b|(?:{_WORDS})(?:e?s)?\b)", re.IGNORECASE)
_LOOK = 8


def currencies(text: str, start: int, end: int) -> frozenset[str]:
    """The ISO codes of the currencies that the number at start … end may be in; none where it names none.

    "$" and "dollars" may be those of any country.
    """
    match = _BEFORE.search(text[max(0, start - _LOOK) : start]) or _AFTER.match(text, end)
    return _codes(match[1] or match[2]) if match else frozenset()


def currency_places(text: str) -> frozenset[int]:
    """Places of all characters of currencies' names: the "US" of "US dollars" is no name of its own."""
    return frozenset(place for match in _NAMED.finditer(text) for place in range(*match.span()))


def _codes(written: str) -> frozenset[str]:
    if written in _CODES:
        return frozenset({written})
    lower = " ".join(written.lower().split())
    known = _WRITTEN.get(lower) or _WRITTEN.get(lower.removesuffix("s")) or (_DOLLARS if "$" in lower else "")
    return frozenset(known.split())
