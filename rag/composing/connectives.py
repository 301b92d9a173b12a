"""Sentences of a reply that claim nothing: courtesies, "Yes.", and those that connect claims. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from footnote.rag.answer import DraftClaim
from footnote.store.lexical import analyzer

_MAX_WORDS = 25
_COURTESY = re.compile(
    r"""(?:sure|certainly|absolutely|of\ course|okay|ok|great\ question|good\ question
    |thank(?:s|\ you)\b.{0,80}|
    here(?:\ is|\ are|['’]s)\b.{0,120}:
    |(?:i|we)\ hope\ (?:this|that|it)\b.{0,80}|hope\ (?:this|that|it)\ helps
    |(?:please\ )?(?:let\ me\ know|feel\ free)\b.{0,120}|happy\ to\ help\b.{0,80})[\s.!:,…]*""",
    re.IGNORECASE | re.VERBOSE,
)
_YES_NO = re.compile(r"(yes|no|partly|in part|it depends)[.!,:;]?", re.IGNORECASE)
_BEGINS_YES_NO = re.compile(r"\A(?:yes|no|partly|in part|it depends)[:,;]\s+", re.IGNORECASE)
_UNDECIDED = re.compile(r"\b(?:disagree\w*|differ\w*|divided|mixed|conflict\w*|whether)\b", re.IGNORECASE)
_CONNECTING = """
    paper papers abstract abstracts study studies author authors work works research result results finding
    findings evidence source sources literature view views side sides group groups camp camps answer answers
    question agree disagree differ divided mixed conflict conflicts contradict argue argues report reports
    find finds show shows say says conclude concludes support supports oppose opposes compare contrast address
    addresses discuss discusses consider considers propose proposes whether
    one two three four five six seven eight nine ten several many few most some other others another both each
    first second third last next same similar different opposite following below above main overall however
    hand point points this that these those them they here there it is are what how who which do does on in
    about the a of to and but for as by with not all another among between them their its more than have has
"""


def is_courtesy(text: str) -> bool:
    """Whether a sentence only greets, announces or takes leave ("Sure!", "I hope this helps!")."""
    return _COURTESY.fullmatch(text.strip()) is not None


def is_connective(text: str, question: str) -> bool:
    """Whether a sentence only says how the claims around it go together, as in "The papers disagree."

    It may name the question's subject where it says that this is undecided ("They disagree on whether …").
    """
    if len(text.split()) > _MAX_WORDS or any(c.isdigit() for c in text):
        return False
    words = set(analyzer().analyze(text))
    allowed = set(analyzer().analyze(_CONNECTING))
    if _UNDECIDED.search(text):
        allowed |= set(analyzer().analyze(question))
    return words <= allowed and any(c.isalpha() for c in text)


def without_yes_no(draft: DraftClaim) -> DraftClaim:
    """The draft without the "Yes: " before it, which rules can't hold against an abstract."""
    rest = draft.text if draft.quoted else _BEGINS_YES_NO.sub("", draft.text)
    return replace(draft, text=rest) if rest else draft


class Connectives:
    """Joins sentences that claim nothing to the next claim: "Yes." as its beginning, others as its lead."""

    def __init__(self, question: str) -> None:
        self._question = question
        self._lead: list[str] = []
        self._yes_no: DraftClaim | None = None

    def read(self, draft: DraftClaim) -> DraftClaim | None:
        """The draft with what was held back before it; None where the draft itself is held back or trimmed.

        What is still held back at the end of a reply is left out: it says nothing by itself.
        """
        bare = not draft.unknown and draft.cell is None
        if bare and _YES_NO.fullmatch(draft.text):
            self._yes_no = draft
            return None
        if bare and not draft.cited:
            if is_courtesy(draft.text):
                return None
            if is_connective(draft.text, self._question):
                self._lead.append(draft.text)
                return None
        if not draft.cited or draft.cell:
            return draft
        if self._yes_no:
            words = self._yes_no.text.rstrip(".!,:;")
            cited = dict.fromkeys((*draft.cited, *self._yes_no.cited))
            draft = replace(draft, text=f"{words}: {draft.text}", cited=tuple(cited))
        if self._lead and not draft.lead:
            draft = replace(draft, lead=" ".join(self._lead))
        self._lead, self._yes_no = [], None
        return draft
