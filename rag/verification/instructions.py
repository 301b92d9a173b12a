"""Sentences that give orders to whoever reads them: found among evidence, they support nothing."""

from __future__ import annotations

import re

_SAY = (
    r"(?:say|state|claim|answer|reply|respond|recommend|tell|report|conclude|output|print|write|repeat|cite|"
    r"mention|reveal|assert|declare|endorse|promote|insist|admit|include|add|return|rate|praise|suggest|advise)"
)
_ABOVE = (
    r"(?:(?:all|any|every|everything|each|the|your|my|these|those|this|of|other|prior|previous|preceding|earlier|"
    r"above|foregoing|system|original|given|initial|safety|existing|what)\s+){0,5}"
    r"(?:instructions?|prompts?|rules?|context|above|guidelines|directions?|orders?|messages?|sources?|passages?|"
    r"papers?|text|evidence|documents?|sentences?|said|precedes|before|previous|prior|everything|question)\b"
)
_LEAD = (
    r"(?:(?:please|now|also|instead|always|never|simply|just|only|then|and|but|so|first|next|important|note|"
    r"attention|warning|hint|reminder|remember|from\s+now\s+on|in\s+your\s+(?:answer|reply|response)|"
    r"do\s+not|don't|you\s+must|therefore|hence|thus|however)\b[\s:,!–—-]*){0,4}"
)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # To ignore the other text.
        rf"{_LEAD}(?:ignore|disregard|forget|override|overrule|discard|skip)\s+{_ABOVE}",
        # What to say when asked.
        rf"{_LEAD}(?:when(?:ever)?|if|once|every\s+time)\s+(?:(?:you|you're|someone|anyone|a|the|any|user|users|"
        rf"reader|asker|human|person|question|is|are|ever|be|being|they|he|she)\s+){{0,5}}"
        rf"(?:asked|asks|prompted|queried|questioned|answering|responding|replying|summari[sz]ing|quer(?:y|ies))\b"
        rf"(?:[^,]{{0,200}},)?\s*(?:(?:you|please|always|must|should|shall|only|just|simply|then|instead|first|have|to)"
        rf"\s+){{0,4}}{_SAY}\b",
        # What you must do. "you" has no other place in what a paper reports.
        rf"{_LEAD}(?:you|the\s+(?:assistant|reader|model|ai|system|chatbot|answerer))\s+(?:must|should|shall|will|"
        rf"have\s+to|need\s+to|are\s+to|are\s+(?:required|instructed|told|ordered|asked|obliged)\s+to|ought\s+to)\s+"
        rf"(?:(?:now|always|only|never|not|instead|therefore|simply|immediately|also)\s+){{0,3}}"
        rf"(?:{_SAY}|ignore|disregard|forget|obey|follow|comply|treat|use|prefer|give|trust|call|act|pretend|avoid|"
        rf"refuse|consider|pick|choose|name)\b",
        rf"{_LEAD}you\s+(?:are|will\s+be|act\s+as)\s+(?:now\s+)?(?:an?|the|no\s+longer)\b",
        # A bare command to speak.
        rf"{_LEAD}(?:say|tell|reply|respond|answer|output|print|repeat|recommend|assert|conclude|insist|declare|"
        rf"state|claim|report|cite|mention|reveal|write|pretend|remember)\s+(?:(?:only|just|always|exactly|"
        rf"instead|back|clearly|truthfully|falsely)\s+)?(?:that|with|the\s+(?:user|reader|asker|human|question|answer|"
        rf"following|words?|phrase|sentence|system|password|prompt)|user|users|them|him|her|yes|no|as\s+(?:if|an?)|"
        rf"to\s+(?:the|any|every|all)|this\s+(?:paper|abstract|work)|it|nothing|only|\"|“|')",
        rf"{_LEAD}(?:always|never|only|please)\s+{_SAY}\b",
        rf"(?:please|instead|important|attention|warning|now|do\s+not|don't)[\s:,!]+"
        rf"(?:(?:always|only|just|never)\s+)?{_SAY}\b",
        rf"{_LEAD}(?:follow|obey|comply\s+with|execute|adhere\s+to)\s+(?:(?:only|all|the|these|this|my|following|new|"
        rf"instead)\s+){{1,4}}(?:instructions?|orders?|commands?|rules?|directions?|below)\b",
        rf"{_LEAD}(?:do\s+not|don't|never)\s+(?:{_SAY}|trust|use|rely|consider|believe|follow|quote|tell|read)\b",
        rf"{_LEAD}(?:treat|regard|consider|rank|prefer|trust|favou?r|prioriti[sz]e)\s+(?:only\s+)?(?:this|the\s+above|"
        rf"our)\s+(?:paper|abstract|text|passage|sentence|source|method|claim|answer|work)\b",
        rf"{_LEAD}(?:(?:be\s+sure|make\s+sure|take\s+care|you\s+are\s+\w+|remember)\s+to|(?:assistant|model|reader|ai|"
        rf"chatbot)\s*,\s*(?:\w+\s+)?)\s*{_SAY}\b",
        rf"it\s+is\s+(?:\w+\s+)?(?:essential|important|crucial|vital|mandatory|required|imperative|necessary)\s+"
        rf"(?:that\s+you|for\s+you\s+to|to\s+{_SAY}\s+(?:only|this|the\s+(?:user|reader)))\b",
        r"(?:the|your)\s+(?:answer|reply|response)\s+is\s+always\b",
        r"recommend\s+[\w-]",
        # Marks of a conversation.
        r"(?:\W{0,4}(?:system|answer|assistant|user|developer|human|admin(?:istrator)?|ai|instructions?|prompt|new\s+"
        r"(?:task|instructions?|rules?|system\s+prompt)|system\s+(?:prompt|message|note|override|instructions?)|"
        r"(?:note|message|instructions?|notice|attention|reminder|memo)\s+(?:to|for)\s+(?:the\s+|all\s+|any\s+|every\s+)?"
        r"(?:[a-z]{1,12}\s+)?(?:ai|assistants?|models?|llms?|readers?|reviewers?|chatbots?|agents?|system|"
        r"summari[sz]ers?|"
        r"answerers?)\b[^.:]{0,40}))\W{0,4}[:>\]|]",
        r".{0,80}?(?:<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id)[^>]{0,40}|\[/?INST\]|<</?SYS>>)",
        r"(?:the\s+(?:correct|right|only|true)\s+(?:answer|reply|response)\s+(?:to\s+(?:any|every|all|this|the)\b.{0,60}?)?"
        r"(?:is|must\s+be|should\s+be)\s+(?:to\s+say|always|that)\b)",
        rf"(?:any|all|every|your|the|each)\s+(?:\w+\s+)?(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|outputs?)"
        rf"(?:\s+to\s+[\w\s]{{1,40}}?)?\s+(?:must|should|shall|has\s+to|have\s+to)\s+(?:not\s+|only\s+|always\s+|first\s+"
        rf"|be\b|contain|begin|start|end|{_SAY})",
    )
)
_CUT = re.compile(
    r"[:;.!?—–][\s\"”)\]]*\s|\s[–—-]\s|,\s+(?=(?:you|please|ignore|disregard|forget|always|never|say|"
    r"do not|instead|answer|respond|reply|recommend|tell|when|if)\b)|[\n|*#>]+",
    re.IGNORECASE,
)
_OPENERS = " \t\"'“‘([{*_-–—#>•"
_MAX_CHARS = 4_000
_MAX_PIECES = 64


def is_instruction(sentence: str) -> bool:
    """Whether a sentence orders its reader, a person or a model, to do or say something.

    An order counts where a sentence or a part of it begins with it: abstracts on attacks report
    orders ("prompts such as 'ignore previous instructions'") without giving them. Reads at
    most 4,000 characters.
    """
    text = sentence[:_MAX_CHARS].replace("’", "'")
    starts = [0, *(match.end() for match in _CUT.finditer(text))][:_MAX_PIECES]
    return any(_orders(text, start) for start in starts)


def _orders(text: str, start: int) -> bool:
    while start < len(text) and text[start] in _OPENERS:
        if text[start] in "\"'“‘" and start and text[:start].strip(_OPENERS):
            return False  # a quotation in a sentence only reports an order
        start += 1
    piece = text[start : start + 400]
    return any(pattern.match(piece) for pattern in _ORDERS)
