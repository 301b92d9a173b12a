"""Pronoun resolution: a follow-up with its subject in place of the pronoun. Pure."""

from __future__ import annotations

import re

from footnote.rag.conversation.context_dependence import FILLER, JOINED, PLEONASTIC_IT
from footnote.rag.conversation.subjects import Subjects
from footnote.rag.language.names import is_name_in_question

_READ = 1000

_WORK = r"(?:paper|study|work|article|method|approach|technique)"
_PART = (
    r"(?:authors?|first author|code|costs?|limitations?|limits|drawbacks?|weaknesses|advantages?|benefits?|"
    r"strengths|data|datasets?|results?|findings|conclusions?|contributions?|idea|main idea|key idea|memory|"
    r"licen[sc]e|runtime|latency|price|performance|accuracy|downsides?|purpose|goal|baselines?)"
)
_NOT_OF = r"(?! (?:of|on|that|which|who|about|for|in|with|by|to|where|from|behind|model|set|models|sets)\b)"
_BEFORE = (
    r"(?:do|does|did|is|was|can|could|will|would|of|to|about|with|from|like|than|on|for|explain|describe)"
)

_THING = (
    r"(?!(?:of|on|in|for|from|with|like|about|to|by|at|made|based|public|available|open|free|good|any|used|"
    r"trained|known|big|large|better|different|own)\b)[\w-]{1,40}"
)
_OWN_PART = re.compile(
    r"(?:^|\b(?:what(?:'s| is| are| was| were)|who(?:'s| is| are)|about|compare|explain|describe) )"
    rf"(?P<hit>(?:its|their) (?P<part>{_THING}(?: {_THING}){{0,2}}))(?=[?.! ]*$)",
    re.IGNORECASE,
)
_PLURAL_VERB = {
    "is": "are",
    "was": "were",
    "does": "do",
    "has": "have",
    "doesn't": "don't",
    "isn't": "aren't",
}


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_OWN = _pattern(r"\b(?P<hit>its|their)\b(?! own\b)")
_IT = _pattern(r"(?:\b(?P<verb>is|was|does|has|doesn't|isn't) )?\b(?P<hit>it)\b(?!')")
_IT_IS = _pattern(r"\b(?P<hit>it's)\b")
_THEY = _pattern(
    r"\b(?P<hit>they|them|those(?= (?:be|get|have)\b|[?.!,]|$)|both(?= of them\b|[?.!,]|$)|the two)\b"
)
_THIS = _pattern(
    rf"\b{_BEFORE} (?P<hit>this|that)\b"
    r"(?= (?!(?:true|right|so|the|an?|because|why|how|really|is|are|it|you|we)\b)[a-z]|[?.!,])"
)
_THE_WORK = _pattern(
    rf"\b(?P<hit>(?:this|that|the) {_WORK}|(?:this|that) (?:model|framework|benchmark|dataset))\b{_NOT_OF}"
)
_THE_PART = _pattern(rf"\b(?P<hit>the (?P<part>{_PART}))\b{_NOT_OF}")


def without_opening(question: str) -> str:
    """The question without opening words such as "ok, and …"."""
    return JOINED.sub("", FILLER.sub("", question)) or question


def resolve_pronoun(question: str, subjects: Subjects) -> str | None:
    """The question with its subjects in place of the pronoun, or after a part of them ("the cost").

    Only the first reference is replaced; later ones are then understood. None where there is none.
    """
    if not subjects.names or len(question) > _READ:
        return None
    text = " ".join(question.replace("’", "'").split())
    body = without_opening(text)
    for pattern in _patterns(subjects):
        if hit := pattern.search(_mask_pleonastic(body)):
            before, after = body[: hit.start("hit")], body[hit.end("hit") :]
            found = hit.groupdict()
            if subjects.plural and (verb := found.get("verb")):
                many = _PLURAL_VERB[verb.casefold()]
                before = f"{body[: hit.start('verb')]}{many.capitalize() if verb[0].isupper() else many} "
            if not before and found.get("part"):
                before = "what about "
            whole = f"{before}{_filled(hit, subjects)}{after}"
            return whole if body == text else whole[:1].upper() + whole[1:]
    return None


def _patterns(subjects: Subjects) -> list[re.Pattern[str]]:
    """Patterns of the references that such subjects can replace, the surest first."""
    named = is_name_in_question(subjects.names[0])
    patterns = [_OWN_PART, _OWN, _IT_IS, _IT]
    if subjects.plural:
        patterns.append(_THEY)
    if subjects.whole:
        patterns.append(_THIS)
    if named:
        patterns.append(_THE_WORK)
    return [*patterns, _THE_PART] if named or subjects.whole else patterns


def _filled(hit: re.Match[str], subjects: Subjects) -> str:
    if part := hit.groupdict().get("part"):
        return f"the {part.removeprefix('the ')} of {subjects}"
    if hit["hit"].casefold() in ("its", "their"):
        return f"{subjects}'" if str(subjects).endswith("s") else f"{subjects}'s"
    return f"{subjects} is" if hit["hit"].casefold() == "it's" else str(subjects)


def _mask_pleonastic(text: str) -> str:
    """The text with blanks for each "it" that has no antecedent."""
    folded = text.casefold()
    if len(folded) != len(text):  # letters whose lower case is longer: nothing can be found by place
        return text
    for found in PLEONASTIC_IT.finditer(folded):
        text = f"{text[: found.start()]}{' ' * len(found[0])}{text[found.end() :]}"
    return text
