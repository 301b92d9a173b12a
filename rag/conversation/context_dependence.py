"""Whether a question can be understood without the conversation before it: a rule for English. Pure.

Closed classes of words decide: connectives that open it, and pronouns or the like with too few words before
them to hold what they refer to. A question without either depends on context if it names too little.
"""

from __future__ import annotations

import re

from footnote.rag.language.names import NAME
from footnote.rag.language.stopwords import content_words

_READ = 1000
"""Characters that are examined; by then a question has named its topic."""
_TOPIC = 3
"""Topic words that a question needs to stand alone, and before a pronoun, to hold its antecedent."""
_OWNER = 2
"""The same before a possessive: "Do chatbots flatter their users?"."""
_WHOLE_SENTENCE = 6
"""The same before "that one" or "the two", and before what ends the question: they rarely refer within it.
Also what a question about a definite subject in the past needs."""

_FILLER = re.compile(
    r"^(?:(?:so|ok|okay|oh|ah|hm+|well|then|thanks|thank you|great|cool|nice|right|now|please|actually|"
    r"sounds (?:good|great))\b[,.!:… ]*)+",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^(?:and|but|or|also|what if|what about|how about|why not|no|not|nope|yes|same|sorry|i meant?|"
    r"instead(?! of))\b(?! (?:do|does|did|is|are|can|should|would)\b)",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^(?:(?:and|but|or) )?(?:what(?:'s| is| are) (?!the |new )|(?:explain|define|describe|tell me about) )",
    re.IGNORECASE,
)
"""Questions whose topic may be a single word: "What is steerability?"."""
_REFERENCE = re.compile(
    r"\b(?:(?P<possessive>its|their|his|her)|(?P<phrase>(?:which|that|this|any|the(?: \w+)?) ones?|"
    r"the (?:two|others?)|the (?:authors?|paper|study|results)"
    r"(?! (?:of|on|that|which|who|about|by|in|for|from)\b))|"
    r"it|they|them|theirs|he|she|this|that|these|those|former|latter|both|else|same|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )there(?! (?:is|are|was|were)\b))\b(?! (?:own|library|collection)\b)"
    r"|^ones?\b(?= (?:on|for|with|about|that|in|from|by)\b|\W*$)",
    re.IGNORECASE,
)
_PRESUPPOSES = re.compile(r"^(?:(?:how|why|when|where) )?(?:was|were|did) the\b", re.IGNORECASE)
"""A definite subject in the past was spoken of before: "Was the benefit checked in people?"."""
_IMPERSONAL_IT = re.compile(  # "Is it true that …", "Does it matter whether …"
    r"\b(?:is|was|be|would) it (?:\w+ ){1,2}(?:to|that|whether|if|or)\b"
    r"|\bit (?:take|matter|mean|help|pay)s?\b(?= .*\b(?:to|whether|if|that)\b)",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"[\w'-]+(?= $)")


def depends_on_context(question: str) -> bool:
    """Whether a question can't be understood without the one before it."""
    text = without_filler(question[:_READ])
    refers = _refers_back(text)
    if (defines := _DEFINES.match(text)) and not refers and _topic_words(text[defines.end() :]):
        return False
    needed = _WHOLE_SENTENCE if _PRESUPPOSES.match(text) else _TOPIC
    return refers or bool(_CONTINUES.match(text)) or _topic_words(text) < needed


def without_filler(question: str) -> str:
    """The question on one line, without opening words such as "ok, so" or "thanks!"."""
    text = " ".join(question.replace("’", "'").split())
    return _FILLER.sub("", text) or text


def _refers_back(text: str) -> bool:
    masked = _IMPERSONAL_IT.sub(lambda found: "x" * len(found[0]), text)
    for found in _REFERENCE.finditer(masked):
        before, after = text[: found.start()], text[found.end() :]
        noun = _LAST_WORD.search(before)
        if found[0].lower() == "that" and noun and content_words(noun[0]) and re.match(r" \w", after):
            continue  # a relative clause: "models that quote"
        whole = found["phrase"] or not any(map(str.isalnum, after))
        needed = _WHOLE_SENTENCE if whole else _OWNER if found["possessive"] else _TOPIC
        if _topic_words(before) < needed:
            return True
    return False


def _topic_words(text: str) -> int:
    """Words with content of their own; one spelt as a name counts twice."""
    return len(content_words(text)) + len(NAME.findall(text))
