"""The subject of a question, where it is a name or a short phrase: the antecedent of a later "it". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.rag.answer import Answer
from footnote.rag.conversation.context_dependence import has_topic
from footnote.rag.language.names import is_name_in_question
from footnote.rag.language.stopwords import content_words

_READ = 1000
_MOST_WORDS = 5
"""Words of a phrase that can replace a pronoun and leave the sentence readable."""

_PHRASE = r"[“\"«][^”\"»]{2,300}[”\"»]|[^\s,;:?!“”\"«»]{1,60}(?: [^\s,;:?!“”\"«»]{1,60}){0,7}?"
_WORK = re.compile(
    r"^(?:the |a )?(?:paper|work|study|survey|article) (?:on|about|called|named|behind) ", re.IGNORECASE
)
_ASKED_FOR = re.compile(r"^(?:please |(?:can|could|would) you (?:please )?)", re.IGNORECASE)
_READER = re.compile(
    r" (?:(?:to|for) (?:me|an? [\w-]{1,30})|in (?:simple|plain) [a-z]{1,20})$", re.IGNORECASE
)
"""The audience and style of an explanation, which are no part of the subject."""
_EXPLAIN = r"(?:explain|define|describe|introduce|summari[sz]e|tell me (?:more )?about)"
_DEFINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:{_EXPLAIN} )?(?:what|who)(?:'s| is| was) (?P<one>{_PHRASE})$",
        rf"^what (?:are|were) (?P<many>{_PHRASE})$",
        rf"^what (?:does|did) (?P<one>{_PHRASE}) (?:do|mean|stand for|say|propose|report|show)$",
        rf"^how (?:does|did) (?P<one>{_PHRASE}) work$",
        rf"^(?:how|what) (?:do|did) (?P<many>{_PHRASE}) (?:work|do|mean)$",
        rf"^{_EXPLAIN} (?:how|what) (?P<one>{_PHRASE}) (?:does|is|works|means)$",
        rf"^(?:{_EXPLAIN}|what about|how about) (?P<one>{_PHRASE})$",
        r"^(?P<one>[“\"«][^”\"»]{2,300}[”\"»]|\S{2,60}(?: \S{2,60})?)$",
    )
)
_MADE = re.compile(
    r"^who (?:first )?(?:proposed|introduced|wrote|made|invented|developed|described|released) (?P<one>\S+)$",
    re.IGNORECASE,
)
_TWO = re.compile(
    rf"^(?:(?P<sides>compare|(?:(?:what(?:'s| is| are)|explain) )?(?:the )?(?:main |key )?"
    rf"differences? between)|what are|explain|describe|tell me about) (?P<one>{_PHRASE}) "
    rf"(?:and|with|to|versus|vs\.?|or) (?P<other>{_PHRASE})$",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"^(?:(?P<part>[\w -]{1,60}) (?:of|behind) (?P<whole>\S+)|(?P<owner>\S+)'s (?P<own>[\w -]{1,60}))$"
)
_TOKEN = re.compile(r"[“\"«][^”\"»]{2,300}[”\"»]|[^\s,;:?!“”\"«»]{2,60}(?= [a-z]|$)")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|might) ", re.IGNORECASE
)
_KINDS = frozenset(
    "ai agi ml nlp rl rag llm llms vlm vlms mllm mllms lvlm lvlms lm lms slm slms sft rlhf rlaif".split()
)
"""Kinds of things: a question that asks something about a kind has the thing asked as its subject."""
_NO_THING = re.compile(
    r"^(?:about|there|you|we|i|they|he|she|your|my|me|us|to|how|why|what|which|who|when|where|whether|if|known|"
    r"new|wrong|special|different|better|best|true|said|meant|needed|left|going|happening|so|not|good|bad|"
    r"similar|important|possible)\b|\b(?:it|its|this|that|these|those|them|their)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Subjects:
    """What a question is about. many: one phrase, but plural. whole: the question only asks what it is."""

    names: tuple[str, ...] = ()
    many: bool = False
    whole: bool = False

    def __str__(self) -> str:
        return " and ".join(self.names)

    @property
    def plural(self) -> bool:
        """Whether their verb is plural."""
        return self.many or len(self.names) > 1


def subjects_of(question: str) -> Subjects:
    """The subjects of a standalone question; none where they are no name and no short phrase."""
    text = " ".join(question[:_READ].replace("’", "'").split()).rstrip("?.! ")
    text = _ASKED_FOR.sub("", text)
    if len(question) > _READ:
        return Subjects()
    two = _TWO.match(text)
    if two and all(
        _fit(each) and (two["sides"] or is_name_in_question(each)) for each in two.group("one", "other")
    ):
        return Subjects((two["one"], two["other"]), whole=True)
    for pattern in _DEFINES:
        if found := pattern.match(text):
            groups = found.groupdict()
            phrase = _READER.sub("", groups.get("one") or groups.get("many") or "")
            if is_name_in_question(named := _WORK.sub("", phrase)):
                phrase = named
            if (part := _PART_OF.match(phrase)) and not has_topic(part["part"] or part["own"]):
                name = part["whole"] or part["owner"]
                if is_name_in_question(name):
                    return Subjects((name,))
            if _fit(phrase):
                return Subjects((phrase,), many=bool(groups.get("many")), whole=True)
    if (made := _MADE.match(text)) and is_name_in_question(made["one"]):
        return Subjects((made["one"],))
    return _after_auxiliary(text)


def _fit(phrase: str) -> bool:
    """Whether it can replace a pronoun: short, and neither a pronoun nor a clause itself."""
    quoted = phrase[:1] in '“"«'
    return quoted or (
        len(phrase.split()) <= _MOST_WORDS
        and bool(content_words(phrase))
        and has_topic(phrase)
        and not _NO_THING.search(phrase)
        and not _AUXILIARY.search(f"{phrase} ")
    )


def _after_auxiliary(text: str) -> Subjects:
    """The name right after the first auxiliary verb: "How does Magpie get its instructions?"."""
    if not (verb := _AUXILIARY.search(text)):
        return Subjects()
    name = _TOKEN.match(text, verb.end())
    if name is None or not is_name_in_question(name[0]) or name[0].casefold() in _KINDS:
        return Subjects()
    return Subjects((name[0],))


def most_cited(subjects: Sequence[str], answer: Answer | None) -> str | None:
    """Of several names the one that most of the papers cited mention; None where that isn't clear."""
    if answer is None:
        return None
    papers = [f"{c.paper.display_title} {c.paper.abstract}".casefold() for c in answer.citations]
    counts = {name: sum(_mentions(paper, name) for paper in papers) for name in subjects}
    most = max(counts.values(), default=0)
    found = [name for name, count in counts.items() if count == most > 0]
    return found[0] if len(found) == 1 else None


def _mentions(paper: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name.strip('“”…').casefold())}(?!\w)", paper))
