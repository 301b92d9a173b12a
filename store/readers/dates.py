"""Dates in the notations of bibliographic files → ISO 8601 with as much as is certain. Pure."""

from __future__ import annotations

import re

from footnote.store.papers import is_date

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        1,
    )
    for name in names.split()
}  # fmt: skip
_YEAR = r"(?P<year>1[4-9]\d\d|20\d\d)"
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NOTATIONS = tuple(
    re.compile(notation)
    for notation in (
        rf"{_YEAR}(?:\.0)?",
        # 2020-03-15, 2020/03, "2020/03/15/spring" as RIS has it, 2020-03-15T10:00:00Z
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}))?(?:[T /].*)?",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)",
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])",
        rf"{_YEAR}年(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日)?)?",
        rf"{_YEAR}[-/ ,]+{_MONTH}(?:[-/ ]+{_DAY})?(?:[T /].*)?",
        rf"{_MONTH}[-/ ]+{_DAY}(?:,\s*|\s+){_YEAR}",
        rf"(?:[A-Za-z]+,\s*)?{_DAY}[-/. ]+{_MONTH}[-/ ,]+{_YEAR}(?: .*)?",
        rf"{_MONTH}[-/ ,]+{_YEAR}",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}",
    )
)
_NO_YEAR = re.compile(r"/(\d\d)/(\d\d)/?")
"""As RIS has a day without a year: "/10/13/"."""
_MONTH_AND_DAY = re.compile(rf"(?P<first>\d{{1,2}})[/-](?P<second>\d{{1,2}})[/-]{_YEAR}(?: .*)?")
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_MAX_CHARS = 100


def iso_date(text: str) -> str | None:
    """`text` as `papers.PaperDate`: "2012 Mar" → "2012-03", "Spring 2012" → "2012"; None without a date.

    What isn't certain is left out: of "03/04/2020" the year alone is kept, and of "2012 Mar-Apr" too.
    """
    text = text.strip()
    if is_date(text) and (text.startswith("--") or _ANY_YEAR.match(text)):
        return text
    if len(text) > _MAX_CHARS:
        return None
    if found := _NO_YEAR.fullmatch(text):
        date = f"--{found[1]}-{found[2]}"
        return date if is_date(date) else None
    for notation in _NOTATIONS:
        if found := notation.fullmatch(text):
            parts = found.groupdict()
            name = (parts.get("name") or "").lower()
            month = str(_MONTHS.get(name, "")) if name else parts.get("month")
            return _longest_date(parts["year"], month, parts.get("day"))
    if found := _MONTH_AND_DAY.fullmatch(text):
        first, second = int(found["first"]), int(found["second"])
        if first > 12 or first == second:  # the day can only be the first
            first, second = second, first
        elif second <= 12:
            return found["year"]
        return _longest_date(found["year"], str(first), str(second))
    found = _ANY_YEAR.search(text)
    return found["year"] if found else None


def _longest_date(year: str, month: str | None, day: str | None) -> str:
    """As much of a date as is one: the 30th of February is a month."""
    if not month:
        return year
    monthly = f"{year}-{int(month):02d}"
    daily = f"{monthly}-{int(day):02d}" if day else ""
    return next((date for date in (daily, monthly) if is_date(date)), year)


def fullest(year: str, day: str) -> str:
    """The date of a record that gives its year and, in another field, its day ("MAY 4", "2011/06/01/")."""
    known, daily = iso_date(year), iso_date(day)
    if daily and (known is None or (daily[:4] == known[:4] and len(daily) > len(known))):
        return day
    if known and daily is None and len(known) == 4 and re.search(r"[A-Za-z]{3}|\d", day):
        return f"{known} {day.strip()[:50]}"
    return year
