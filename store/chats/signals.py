"""Whether a follow-up says that the answer before it missed: by rule, for English. Pure.

Readers seldom press a button but often say so in their next question, as Shi et al. found in
"WildFeedback: Aligning LLMs With In-situ User Interactions And Feedback" (2024), who let a model
recognise it. Rules need no model and miss what is said between the lines; they are made to be
right where they speak, for what they find becomes training data.
"""

from __future__ import annotations

import re

_READ = 400
"""Characters that are looked at: who objects does so at once."""
_SENTENCES = 4

_FILLER = re.compile(
    r"(?:(?:so|ok|okay|oh|ah|hm+|um+|well|but|and|sorry|thanks|thank you|hey|actually|again|still|please|"
    r"i'm afraid|i think|i guess|unfortunately|honestly|wait|great|nice|cool|hello|hi|yeah|yes)\b[,.!:… -]*)*"
)
# "No. The other one" is one sentence, and "No. 5" has a number.
_BETWEEN = re.compile(r"(?<=[.!?;])(?<!\bno[.!]) ")

_THING = r"(?:answer|paper|source|quote|citation|result|sentence|study|work|one)s?"
_IT = (
    rf"(?:that|this|it|these|those|they|(?:the|your|this|that|these|those) (?:first |second |third |last )?"
    rf"{_THING}|(?:footnote|source|citation|paper) \d{{1,3}}|what you (?:say|said|wrote))"
)
_IS = r"(?: is| are|'s|'re| was| were| seems?| looks?| sounds?)"
_IS_NOT = r"(?:(?: is| was| are| were)(?:n't| not)|(?:'s|'re) not)"
_DOES_NOT = r" (?:does not|doesn't|do not|don't|did not|didn't|fails? to) (?:really |even |actually )?"
_MUCH = (
    r"(?: (?:just|simply|still|really|completely|totally|clearly|quite|exactly|plain|also|all|even|at all))?"
)
_BAD = (
    r"(?:wrong|incorrect|false|untrue|inaccurate|mistaken|nonsense|off[- ]topic|irrelevant|useless|unhelpful|"
    r"misleading|backwards)"
)
_GOOD = r"(?:right|correct|true|accurate|helpful|relevant|useful|even close)"
_END = r"(?=[.!… ]*$|[,;:!—]| [–-] )"
_ON = rf"(?:{_END}|(?= (?:because|since|at all|here|again|though|but|and i|i)\b[^?]*$))"
"""An end, or what can follow an objection but not the beginning of a question."""
_NO_QUESTION = r"(?=[^?]*$)"
_WANTED = (
    r"i(?:'m|'ve| was| am| have| had)? (?:asked|meant|mean|wanted|want|asking|looking|need|needed|said|"
    r"requested|in mind)\b"
)
_NOT_IT = rf"{_MUCH} (?:what|the (?:question|papers?|ones?)(?: that)?) {_WANTED}"

_REFUSES = re.compile(
    r"no(?:pe)?(?:[.!… ]*$|[,.!;:] ?(?=[^\s\d])| [—–-] |,? (?:i|i'm|that's|that|you|it's|not)\b(?! [a-z]+\?))"
)
_POLITE = re.compile(
    r"no(?:pe)?\W+(?:thanks|thank you|problem|worries|need|more questions|really(?=\?)|"
    r"(?:that's|that is|it's|it is|i'm|i am) (?:all|it|fine|ok|okay|great|good|enough|right|done|correct))\b"
)
_OBJECTIONS = (
    rf"{_IT}{_IS}{_MUCH} {_BAD}(?: to me)?{_ON}",
    rf"(?:{_IT}|(?:this|the|your) summary) (?:can't|cannot) be (?:right|correct|true){_ON}",
    rf"(?:{_IT}|(?:this|the|your) summary) misse[sd] (?:the|my) (?:point|question){_ON}",
    rf"i (?:don't|do not) think (?:so{_END}|{_IT}{_IS} {_GOOD}{_ON})",
    rf"{_IT}{_IS} the opposite\b{_NO_QUESTION}",
    r"you(?: answered| cited| quoted| picked| used| chose| gave me| are talking about|'re talking about) "
    r"(?:an?|the) (?:different|wrong|other)\b",
    rf"{_IT}{_IS} (?:an?|the) (?:different|other|wrong) (?:{_THING}|topic|method|thing){_END}",
    rf"{_IT}{_IS_NOT}{_MUCH} (?:{_GOOD}|it|(?:the|an) answer|(?:the|my) question){_ON}",
    rf"(?:{_IT}{_IS_NOT}|not){_NOT_IT}",
    rf"not (?:that|this|these|those|the (?:first|second|last))(?: {_THING})?{_END}",
    rf"{_IT}{_DOES_NOT}(?:answer|address|respond|(?:help|make (?:any )?sense){_ON}|"
    rf"(?:say|support|mention|show|claim|state) (?:that|this|it|so){_END})",
    rf"none of (?:that|this|these|those|them)(?: {_THING})? "
    rf"(?:is|are|was|were|answers?|address(?:es)?|helps?)\b{_NO_QUESTION}",
    rf"{_IT} ha(?:s|ve|d) nothing to do with\b{_NO_QUESTION}",
    rf"(?:{_BAD}|not {_GOOD}|(?:the )?(?:wrong|bad|poor|terrible) {_THING})(?!:){_END}",
    r"(?:i|what i) (?:meant|mean)\b",
    r"i asked (?:about|for|you|whether|if|how|why|what|which|when|where|who|only|specifically)\b",
    r"i(?:'m| am) asking (?:about|for(?! a friend)|whether|if|how|why|what|which)\b",
    r"i was (?:asking|talking about|referring to)\b",
    r"i (?:wanted (?!to\b)|said\b)",
    r"i (?:did not|didn't|never) (?:ask|mean|want|say)\b",
    r"my question (?:was|is (?:about|whether|how|why|what|which))\b",
    r"you(?:'ve| have)? (?:completely |totally |clearly )?(?:misunderstood|misread|missed|ignored|forgot|"
    r"hallucinated|got (?:it|that|this|me) (?:wrong|backwards)|made (?:that|this|it) up)\b",
    r"you (?:keep|kept) (?:citing|quoting|repeating|ignoring|giving|missing|answering|saying)\b",
    rf"you(?:'re| are)(?: just| simply| still)? (?:wrong|mistaken|hallucinating|missing the point){_ON}",
    r"you(?:'re| are)(?: just| simply| still)? "
    r"(?:making (?:that|this|it) up|not (?:answering|listening|reading))\b",
    r"you (?:still )?(?:did not|didn't|do not|don't|have not|haven't|never) (?:really |even |actually )?"
    r"(?:answer(?:ed)?|address(?:ed)?|understand|understood|get (?:it|my)|mention(?:ed)?|read|listen)\b",
    r"(?:(?:can|could) you (?:please )?(?:actually|just|at least) )?(?:answer|address|read) my question\b",
    r"(?:can|could) you (?:please )?(?:actually|at least) (?:answer|address|read|listen)\b",
    r"answer the question[.! ]*$",
    r"try (?:it )?(?:again|once more|harder)\b",
)
_OBJECTS = re.compile("|".join(_OBJECTIONS))


def dissatisfied(question: str) -> bool:
    """Whether a follow-up objects to the answer before it: "no, I meant …", "that's wrong".

    Of its first sentences, one must begin with the objection. A question about what is wrong, or
    one that asks whether an answer is, isn't one.
    """
    text = " ".join(question[:_READ].replace("’", "'").casefold().split())
    return any(map(_objects, _BETWEEN.split(text)[:_SENTENCES]))


def _objects(sentence: str) -> bool:
    filler = _FILLER.match(sentence)
    said = sentence[filler.end() :] if filler else sentence
    if _REFUSES.match(said):
        return not _POLITE.match(said)
    return _OBJECTS.match(said) is not None
