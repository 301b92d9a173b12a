"""How long to wait before a call is retried. Pure.

The pause is "full jitter": a random part of a limit that doubles, so that many callers who failed
together don't retry together (Brooker, "Exponential Backoff And Jitter", AWS Architecture
Blog, 2015).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_S = 0.5
LONGEST_S = 8.0
_MAX_HEADER_CHARS = 100


def pause_s(failures: int, asked_s: float | None, chance: float) -> float:
    """Seconds to wait after this many failures (1 …), at least those that the server asks for.

    chance: a random number in 0 … 1.
    """
    return (asked_s or 0.0) + chance * min(LONGEST_S, FIRST_S * 2.0 ** (failures - 1))


def asked_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a server asks to wait: `Retry-After-Ms`, or `Retry-After` in seconds or as a date.

    None where it asks for nothing that can be read. RFC 9110, section 10.2.3; the first is OpenAI's.
    """
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")[:_MAX_HEADER_CHARS]) / unit
        except ValueError:
            continue
        if not math.isnan(seconds):
            return max(0.0, seconds)
    try:
        then = parsedate_to_datetime(headers.get("retry-after", "")[:_MAX_HEADER_CHARS])
    except (ValueError, OverflowError):
        return None
    if then.tzinfo is None:  # "-0000" reads as a time without a zone
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())
