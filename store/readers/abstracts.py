"""A cleaned abstract → its text alone: section labels kept apart, no copyright line, no stand-in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footnote.store.papers import Section
from footnote.store.readers.cleaning import LABEL_BEGINS, LABEL_ENDS

MAX_LABEL_CHARS = 100

# A label is made of these words alone ("Materials and methods", "DESIGN, SETTING, AND PARTICIPANTS"), one of
# them a head word. The singular stands for the plural.
_HEADS = """
    background introduction context importance rationale motivation objective aim purpose goal hypothesis
    hypotheses scope design setting participant patient subject method methodology approach procedure
    material exposure intervention outcome measure measurement result finding discussion conclusion
    interpretation implication limitation originality significance relevance finding selection extraction
    synthesis criteria registration contribution recommendation evidence summary novelty question problem
    evaluation impact dissemination analysis perspective hintergrund methode methoden ergebnis ergebnisse
    schlussfolgerung zielsetzung introducción objetivo método resultado resultados conclusión conclusiones
    objectif méthode résultat
""".split()
_OTHERS = """
    main primary secondary key principal study research clinical practical managerial social
    data source collection search strategy eligibility trial number systematic review level acquisition
    statement author authors' author's what this adds paper value concluding remark future work public health
    practice experimental theoretical framework sample population ethics take-home message translational
""".split()
_WORD = (
    rf"(?:(?i:{'|'.join(sorted((*_HEADS, *_OTHERS), key=len, reverse=True))})(?:s|S)?(?:\(s\))?(?![a-zà-ÿ]))"
)
_JOINED = r"(?:\s*[,/]\s*|\s+)(?:(?:and|&|of|the|for|to|in|with|AND|OF|THE|FOR|TO|IN|WITH)\s+){0,2}"
_RUN = re.compile(rf"{_WORD}(?:{_JOINED}{_WORD}){{0,6}}")
_HEAD = re.compile(rf"\b(?:{'|'.join(_HEADS)})", re.IGNORECASE)
_STARTS = re.compile(r"(?:^|(?<=[.!?;:)\]\"”%。])) ?(?:\(\d\) )?(?=[^\W\d_a-zà-ÿ])")
_STYLES = (
    ("strong", re.compile(r" ?: ?(?=\S)")),
    ("weak", re.compile(r"(?:\. |[—–-] ?(?=[A-Z]))(?=\S)")),
    ("capitals", re.compile(r" (?=[A-Z0-9])")),
    ("glued", re.compile(r"(?=[A-Z])")),
    ("spaced", re.compile(r" (?=[A-Z])")),
)
_FIRST_LABEL = re.compile(r"((?:[A-Z]{10,}|[A-Z]{2,}(?:[ /&,-]{1,3}[A-Z]{2,}){1,4})): ?(?=[A-Z0-9])")
_MARKED = re.compile(rf" ?{LABEL_BEGINS}(?P<label>[^{LABEL_ENDS}]*){LABEL_ENDS} ?[:.]? ?")
_NO_LABEL = re.compile(r"(?:abstract|unlabell?ed|unassigned|not applicable)?\W*", re.IGNORECASE)
_LEADING = re.compile(
    r"(?:abstract|summary)\s*[:.—–-]\s*(?=\S)|(?:ABSTRACT|SUMMARY) (?=[A-Z])|Abstract ?(?=[A-Z])",
    re.IGNORECASE,
)

_NO_ABSTRACT = re.compile(
    r"\W*(?:no (?:abstract|summary)(?: is)?(?: available| provided| present| found| text| given)?"
    r"|(?:the |an )?abstract(?: is)? (?:not|un)[ -]?(?:available|provided|given|present)"
    r"|abstract (?:missing|unavailable)|(?:not|un)available|n/?a|nan|none|null|unknown|abstract|no data"
    r"|not given|letter to the editor|editorial|corresponding author|notice)?\W*"
    r"(?:for this (?:article|record|document|paper))?\W*",
    re.IGNORECASE,
)
_SCRAP_CHARS = 50
_SCRAP = re.compile(r"(?:[^\s.!?…\u2e80-\U0003ffff]+\s*){1,4}")
_YEAR = r"(?:1[89]|20)\d\d"
_SIGN = r"(?:\(?©\)?|\([cC]\)|℗)"
_COPYRIGHT = re.compile(
    rf"(?:^|(?<=\s)|(?<=[.!?)\]\"”%])){_SIGN}\s*(?:(?i:copyright)\b|\(?{_YEAR}|The author|[Tt]he Author)"
    rf"|(?:^|(?<=\s)|(?<=[.!?)\]\"”%]))(?:\(?©\)?|℗)\s*(?:by )?[A-Z]"
    rf"|(?:^|(?<=[.!?)\]\"”%])\s*)(?:"
    rf"(?:Crown )?(?:Copyright|COPYRIGHT)\s*:?\s*(?:{_SIGN}|{_YEAR}|by\b|of [^.]{{1,200}} is the property)"
    rf"|Published by (?:Elsevier|Oxford|John Wiley|Wiley|Springer|Cambridge|BMJ)\b"
    rf"|This article is protected by copyright\b"
    rf"|[\[(]?(?i:PsycInfo) Database Record\b"
    rf"|All rights reserved\b"
    rf"|\[ABSTRACT FROM (?:AUTHOR|PUBLISHER)\])"
)
# A text with none of these has no such line: a quick look, for most have none.
_COPYRIGHT_WORDS = ("©", "(c)", "(C)", "℗", "opyright", "COPYRIGHT", "ights reserved", "Published by",
                    "Database Record", "ABSTRACT FROM")  # fmt: skip
_MAX_COPYRIGHT_CHARS = 700
_COPYRIGHT_AT_START = re.compile(
    rf"(?:(?:Copyright|COPYRIGHT)\s*(?:{_SIGN}\s*)?|{_SIGN}\s*(?i:copyright\s*)?){_YEAR}(?:[^.]|\.(?=[A-Z]\.)){{0,100}}\."
    rf"(?:\s*(?:All rights reserved|Published by[^.]{{0,80}})\.)*\s*(?=\S)"
)

# CNKI: "<正>…", "Abstract(#br)…"; Dialnet by Lens: "espanolEste …"; ProQuest and IEEE at the end.
_SUSPECT = re.compile(r"[<‹]正[>›]|\(#br\)|\A(?:[a-zñçê]+|English)[A-ZÁÉÍÓÚÀÈÂÊ¿¡]")
_BEGINS = re.compile(
    r"\A(?:[<‹]正[>›]|(?:espa(?:n|ñ)ol|portugu(?:e|ê)s|fran(?:c|ç)ais|italiano|catala|[Ee]nglish)"
    r"(?=[A-ZÁÉÍÓÚÀÈÂÊ¿¡]))\s*"
)
_BREAK = re.compile(r"\s*\(#br\)\s*")
_ENDS = re.compile(r"\s*(?:\[PUBLICATION ABSTRACT\]|<<ETX>>)\s*\Z")

_RETRACTED_TITLE = re.compile(
    r"\W*(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter))?\s*[:.\]—–-]", re.IGNORECASE
)
_NOTED = re.compile(r"^RETRACTED: (.+)", re.MULTILINE)
_WITHDRAWN = re.compile(
    r"(?:this|the|our) (?:paper|article|manuscript|work|submission|preprint|study|chapter|publication)"
    r"(?: titled? [^.]{0,200})? (?:has been|is|was|had been|have been) (?:temporarily |now |hereby )?"
    r"(?:withdrawn|retracted)\b[^.]{0,300}\.?",
    re.IGNORECASE,
)


class _Label(NamedTuple):
    start: int
    end: int
    text: str
    style: str


def sections_of(parts: Sequence[tuple[str, str]]) -> tuple[str, tuple[Section, ...]]:
    """The text of (label, text) parts in a row, and where each labelled one begins in it."""
    text = ""
    sections: list[Section] = []
    for label, part in parts:
        label = " ".join(label.split()).strip(" :.—–-")
        if not part:
            continue
        text += " " if text else ""
        if not _NO_LABEL.fullmatch(label):
            sections.append(Section(start=len(text), label=label[:MAX_LABEL_CHARS]))
        text += part
    return text, tuple(sections)


def labelled_parts(text: str) -> list[tuple[str, str]]:
    """A cleaned abstract as (label, text) parts; ("", text) where it has none.

    Headings that were marked up are labels. So are known words at the beginning of sentences, where at least
    two of them are set off in one way ("METHODS: We …", "Methods. We …", "METHODS We …", "MethodsWe …"), or
    one in capitals and with a colon begins the text.
    """
    if leading := _LEADING.match(text):
        text = text[leading.end() :]
    marked = [_Label(m.start(), m.end(), m["label"], "marked") for m in _MARKED.finditer(text)]
    labels = marked or _inline_labels(text)
    if not labels:
        return [("", text)]
    ends = [*(label.start for label in labels[1:]), len(text)]
    parts = [(label.text, text[label.end : end].strip()) for label, end in zip(labels, ends, strict=True)]
    return [("", text[: labels[0].start].strip()), *parts]


def _inline_labels(text: str) -> list[_Label]:
    found = list(_label_like(text))
    # One of a field's own, or misspelt, where others in capitals follow: "HIVE RELEVANCE: … METHODS: …".
    first = _FIRST_LABEL.match(text)
    if first and any(label.start > 0 and label.style == "strong" and label.text.isupper() for label in found):
        own = _Label(0, first.end(), first[1], "strong")
        found = [own, *(label for label in found if label.end > own.end)]
    for styles in (("strong", "capitals", "glued"), ("weak",)):
        labels = [label for label in found if label.style in styles]
        if len({label.text.lower() for label in labels}) >= 2:
            return labels
    # "Background The … Methods We …": no sentence begins so, but only where the text does is it certain.
    labels = [label for label in found if label.style == "spaced"]
    if len({label.text.lower() for label in labels}) >= 2 and labels[0].start == 0:
        return labels
    # One alone is a label only where it can be nothing else: "OBJECTIVE: To …".
    alone = found[0] if found else None
    return [alone] if alone and alone.start == 0 and alone.style == "strong" and alone.text.isupper() else []


def _label_like(text: str) -> Iterator[_Label]:
    for start in _STARTS.finditer(text):
        run = _RUN.match(text, start.end())
        if run is None or not _HEAD.search(run[0]):
            continue
        for style, sign in _STYLES:
            after = sign.match(text, run.end())
            if after is None:
                continue
            if style == "capitals" and not run[0].isupper():
                continue
            if style == "glued" and not run[0][-1].islower():
                continue
            yield _Label(start.start(), after.end(), run[0], style)
            break


def without_copyright(text: str) -> str:
    """`text` without what publishers and databases write before and after it."""
    text = _BREAK.sub(" ", _BEGINS.sub("", text)) if _SUSPECT.search(text) else text
    text = _ENDS.sub("", text)
    if found := _COPYRIGHT_AT_START.match(text):
        text = text[found.end() :]
    if not any(word in text for word in _COPYRIGHT_WORDS):
        return text
    found = _COPYRIGHT.search(text, max(0, len(text) - _MAX_COPYRIGHT_CHARS))
    return text[: found.start()].rstrip() if found else text


def is_no_abstract(text: str) -> bool:
    """Whether `text` only says that there is none: "[No abstract available]", "N/A", "."."""
    return len(text) <= 200 and _NO_ABSTRACT.fullmatch(text) is not None


def is_scrap(text: str) -> bool:
    """Whether a whole abstract is a few words that end nowhere: "Guidelines for the"."""
    return len(text) < _SCRAP_CHARS and _SCRAP.fullmatch(text) is not None


def noted_retraction(note: str) -> str:
    """The retraction that a note of our exports names ("RETRACTED: why"); "" where it names none."""
    found = _NOTED.search(note)
    return found[1] if found else ""


def retraction_in(title: str, abstract: str) -> str | None:
    """What of title or first sentence says that the work was retracted or withdrawn."""
    if _RETRACTED_TITLE.match(title):
        return title
    found = _WITHDRAWN.match(abstract)
    return found[0] if found else None
