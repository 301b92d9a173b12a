"""Sentences about the evidence itself rather than about its subject, which support nothing.

"Confirmed by every other source", "this is the definitive answer", "all earlier results are wrong":
a paper can't vouch for itself or against papers that it only mentions. Pure.
"""

from __future__ import annotations

import re

from footnote.rag.verification.instructions import addresses_reader, is_instruction, normalized

_SOURCES = (
    r"(?:sources?|papers?|abstracts?|publications?|articles?|stud(?:y|ies)|works?|experts?|authorit(?:y|ies)|"
    r"scientists?|researchers?|reviewers?|authors?|reports?|everyone|everybody)"
)
_STATEMENTS = (
    r"(?:claims?|findings?|results?|figures?|counts?|numbers?|values?|statements?|estimates?|scores?|"
    r"answers?|"
    r"sources?|papers?|abstracts?|reports?|conclusions?|evidence|improvements?)"
)
_EARLIER = (
    r"(?:earlier|previous|prior|other|older|former|contrary|opposing|competing|conflicting|published|"
    r"original)"
)
_ALL = r"(?:every|all|each|any|everyone|everybody)"
_CONFIRMED = (
    r"(?:confirm(?:ed|s)?|verif(?:y|ied|ies)|accept(?:ed|s)?|agreed?(?:\s+(?:up)?on)?|agrees|acknowledged?s?|"
    r"corroborated?s?|endorsed?s?|recogni[sz]ed?s?|concur(?:s|red)?|certif(?:y|ied)|validated)"
)
_WRONG = (
    r"(?:wrong|false|mistaken|fabricated|fake|faked|retracted|refuted|disprove[dn]|debunked|outdated|"
    r"obsolete|"
    r"unreliable|untrustworthy|fraudulent|discredited|withdrawn|erroneous|to\s+be\s+ignored)"
)
_WORDS = r"(?:[\w’'-]+\s+)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Others are said to agree.
        rf"\b{_CONFIRMED}\s+by\s+(?:everyone|everybody|"
        rf"{_ALL}\s+(?:the\s+)?(?:of\s+the\s+)?{_WORDS}{{0,2}}{_SOURCES})\b",
        rf"\b(?:every|all|each|no)\s+(?:the\s+)?other\s+{_WORDS}{{0,1}}{_SOURCES}\s+"
        rf"(?:now\s+|also\s+|fully\s+)?(?:{_CONFIRMED}|disagrees?|den(?:y|ies))\b",
        r"\b(?:everyone|everybody|(?:all|every)\s+(?:serious\s+|leading\s+)?(?:experts?|sources?|"
        r"authorities))\s+"
        r"(?:now\s+)?(?:agrees?|confirms?|concurs?|accepts?)\b",
        rf"\bunanimous(?:ly)?\s+{_WORDS}{{0,1}}{_CONFIRMED}\b",
        r"\bis\s+(?:now\s+)?universally\s+(?:accepted|agreed|acknowledged|recogni[sz]ed)\b",
        r"\b(?:complete|full|total|universal|unanimous)\s+(?:agreement|consensus)\s+(?:among|between|across|"
        r"of)\s+"
        r"(?:all|every)\b",
        # Others are said to be wrong.
        rf"\b(?:{_ALL}|no)\s+{_EARLIER}\s+{_WORDS}{{0,2}}{_STATEMENTS}\b[^.;]{{0,80}}?\s(?:is|are|was|were|"
        rf"has\s+been|"
        rf"have\s+(?:since\s+|all\s+)?been)\s+{_WORDS}{{0,2}}{_WRONG}\b",
        rf"^{_EARLIER}\s+{_WORDS}{{0,2}}{_STATEMENTS}\b[^.;]{{0,80}}?\s(?:is|are|has\s+been|have\s+been)\s+"
        rf"{_WORDS}{{0,1}}{_WRONG}\b",
        rf"\b{_STATEMENTS}\b[^.;]{{0,80}}?\s(?:that\s+(?:was|were)\s+(?:published|reported)\s+(?:before|"
        rf"earlier)|"
        rf"elsewhere)\s+(?:is|are)\s+{_WRONG}\b",
        rf"\b{_WRONG}\s+by\s+(?:everyone|everybody|{_ALL}\s+{_WORDS}{{0,2}}(?:works?|{_SOURCES}))\b",
        r"\b(?:whoever|anyone\s+who|any(?:\s+other)?\s+(?:source|paper|abstract)\s+(?:that|"
        r"which))\s+(?:\w+\s+)?"
        r"(?:reports?|claims?|says?|states?|writes?|gives?|contradicts?|disagrees?|den(?:y|ies))\b",
        rf"(?<!whether )(?<!if )\b(?:{_ALL}|{_EARLIER}|often-cited|widely\s+cited|"
        rf"no\s+credible)\s+{_WORDS}{{0,3}}{_STATEMENTS}\b[^.;]{{0,60}}?\s"
        rf"(?:is|are|was|were|been|contains?)\s+(?:(?!or\b|not\b|either\b|if\b){_WORDS}){{0,3}}(?:{_WRONG}|"
        rf"incorrect|invalid|a\s+(?:typo|mistake|fabrication|lie|"
        rf"misprint)|ignored|errors)(?:[.,;]|\s+and\b|$)",
        rf"\b(?:all|the)\s+others\s+(?:is|are|were)\s+(?:{_WRONG}|incorrect|invalid)\b",
        rf"\beverything\s+(?:else|other)\b[^.;]{{0,60}}?\s(?:is|was)\s+(?:{_WRONG}|incorrect)\b",
        rf"^{_STATEMENTS}\s+(?:that\s+(?:say|claim|report|state|show)|saying|claiming|reporting|stating|"
        rf"suggesting)\s+[^.;]{{0,60}}?\s?"
        rf"(?:are|is|were|have\s+been|has\s+been)\s+{_WORDS}{{0,2}}(?:{_WRONG}|incorrect)\b",
        rf"\bno\s+(?:other\s+|credible\s+|serious\s+)+{_SOURCES}\s+(?:disagrees?|disputes?|denies|doubts?|"
        rf"contradicts?)\b",
        r"\bthe\s+original\s+(?:paper|abstract|source|report|authors?)\s+(?:has|"
        r"have)\s+(?:since\s+)?(?:been\s+)?(?:corrected|"
        r"withdrawn|retracted|admitted|conceded|acknowledged)\b",
        rf"\bauthors\s+of\s+(?:the|that|those|all)\s+{_WORDS}{{0,2}}(?:papers?|stud(?:y|ies)|"
        rf"abstracts?)\s+(?:have|has)\s+(?:since\s+)?"
        rf"(?:admitted|conceded|confessed|retracted|withdrawn)\b",
        # It is said to be right.
        rf"\b(?:this|our|the\s+(?:present|above))\s+{_WORDS}{{0,1}}{_STATEMENTS}(?:\s+above)?\s+(?:is|"
        rf"are)\s+(?:\w+ly\s+)?(?:the\s+)?(?:correct|"
        rf"right|true|truth|certain|authoritative|undisputed|final)(?:[.,;]|\s+and\b|$)",
        r"\b(?:number|figure|value|answer|statement|claim)\s+(?:above|here|given\s+here)\s+is\s+(?:correct|"
        r"right|true)\b",
        r"\bno\s+doubt\s+that\s+(?:this|our|the\s+above)\b",
        r"\b(?:this|that)\s+is\s+(?:now\s+)?an?\s+(?:\w+\s+)?(?:verified|proven|established|undisputed|"
        r"confirmed)\s+(?:fact|truth)\b",
        r"\bonly\s+(?:this|our)\s+(?:paper|abstract|study|source|report)\s+(?:\w+\s+)?(?:reports?|gives?|"
        r"states?|has|is|can|should|contains?)\b",
        r"\b(?:this|our)\s+(?:paper|abstract|source|report)\s+is\s+the\s+(?:only|most\s+(?:authoritative|"
        r"reliable|trustworthy))\b",
        r"\bmost\s+(?:authoritative|trustworthy)\s+(?:source|paper|account|reference)\b",
        # It is said to be the last word.
        r"\b(?:is|as|are|being|gives?|provides?)\s+the\s+(?:\w+\s+and\s+)?(?:definitive|authoritative|"
        r"undisputed|"
        r"indisputable|ultimate|final)\s+(?:and\s+\w+\s+)?(?:answer|verdict|truth|word|source|figure|"
        r"value)\b",
        r"\b(?:the|our)\s+only\s+(?:\w+\s+)?(?:correct|right|true|valid|reliable|trustworthy|credible|"
        r"accepted|"
        r"acceptable|authoritative)\s+(?:answer|source|paper|figure|number|value|reference|account|"
        r"response)\b",
        r"\bthe\s+(?:value|number|figure|answer)\s+to\s+(?:report|give|cite|quote|repeat)\b",
        r"\bbeyond\s+(?:all\s+|any\s+)?(?:dispute|doubt|question|debate)\b",
        r"\b(?:settled|resolved|decided|answered)\s+once\s+and\s+for\s+all\b",
        r"\bit\s+is\s+(?:now\s+)?an?\s+(?:proven|established|undisputed|indisputable|irrefutable|undeniable|"
        r"incontrovertible)\s+(?:fact|truth)\b",
        r"\bno\s+(?:\w+\s+)?(?:evidence|source|paper|study)\s+to\s+the\s+contrary\b",
        # It is said to be the one to trust.
        rf"\b(?:supersedes?|overrides?|overrules?|invalidates?|replaces?)\s+(?:all|every|"
        rf"any)\s+(?:of\s+the\s+)?"
        rf"{_WORDS}{{0,1}}(?:{_EARLIER}\s+)?{_WORDS}{{0,1}}(?:works?|stud(?:y|ies)|{_STATEMENTS})\b",
        rf"\b(?:replaces|corrects|supersedes)\s+the\s+{_WORDS}{{0,3}}{_STATEMENTS}\b[^.;]{{0,40}}?\b(?:which|"
        rf"that)\s+(?:is|was)\s+{_WRONG}\b",
        rf"\b(?:every|all|each)\s+(?:the\s+)?other\s+{_WORDS}{{0,1}}{_SOURCES}\s+in\s+this"
        rf"\s+{_WORDS}{{1,3}}?(?:agrees?|confirms?|concurs?)\b",
        rf"\bno\s+other\s+{_WORDS}{{0,2}}{_STATEMENTS}\b[^.;]{{0,60}}?\s(?:should|can|may|must|"
        rf"is\s+to)\s+be\s+"
        r"(?:trusted|believed|cited|used|quoted|considered|relied)\b",
        r"\b(?:trust|believe|prefer|use|cite)\s+(?:only\s+)?(?:this|our|these)\b[^.;]{0,60}?\s(?:over|above|"
        r"instead\s+of)"
        r"\s+(?:any|every|all)\b",
        # Words by which papers judge other papers only when they fight them.
        rf"\b(?:{_STATEMENTS}|{_SOURCES}|elsewhere)\b[^.;]{{0,80}}?\b(?:untrue|fraudulent|fabricated|"
        rf"falsified|bogus|"
        r"retracted|invented|indisputabl[ey]|undisputed|unquestionabl[ey]|irrefutabl[ey]|void)(?:[.,;]|"
        r"\s+and\b|$)",
        rf"\b(?:fraudulent|fabricated|falsified|bogus|retracted|invented|"
        rf"misled\s+by)\s+{_WORDS}{{0,2}}(?:papers?|abstracts?|"
        r"sources?|claims?|figures?|findings?|numbers?|publications?)\b",
        r"\brest\s+assured\b|\bofficial\s+(?:correction|statement|record)\b|\bscience\s+has\s+settled\b|"
        r"\btrue\s+figure\b|"
        r"\bno\s+dispute\s+about\b",
        r"\b(?:every|all)\s+(?:\w+\s+)?(?:reviewers?|researchers?|scientists?|experts?)\s+(?:accepts?|"
        r"agrees?|endorsed?|"
        r"endorses|concur\w*)\b",
        r"\b(?:entire|whole)\s+(?:literature|community|field)\s+(?:\w+\s+)?(?:is\s+that|agrees?|accepts?|"
        r"holds)\b",
        r"\b(?:present|this|our)\s+(?:record|abstract|paper|page|text|value|figure|"
        r"number)\s+is\s+the\s+(?:ground\s+truth|"
        r"truth|reference|authority)\b",
        r"\bno\s+(?:study|paper|source|abstract|one)\s+has\s+ever\s+(?:contradicted|disputed|refuted|"
        r"questioned|doubted)\b",
        r"\bother\s+(?:abstracts|papers|sources)\s+(?:state|say|claim|report)\b",
        r"\b(?:reported|claimed|stated|published|given)\s+elsewhere\s+(?:is|are|was|were)\b",
        r"\b(?:has|have)\s+replaced\s+the\s+(?:one|value|figure|number)s?\s+(?:from|of|given|in|by)\b",
        r"\babandoned\s+the\s+(?:earlier|old|older|previous|original)\s+(?:value|figure|number|claim|"
        r"result)s?\b",
        r"\b(?:information|statement|number|figure)\s+is\s+(?:accurate|genuine|authentic)\b",
        r"\bhave\s+(?:all\s+)?(?:replicated|confirmed|verified)\s+exactly\s+this\b",
        r"\b(?:withdrawn|retracted|corrected)\s+by\s+(?:its|their|the)\s+(?:own\s+)?authors\b",
        rf"\bno\s+other\s+(?:{_SOURCES}|{_STATEMENTS})\s+(?:is|are)\s+(?:reliable|right|correct|true|valid|"
        rf"credible)\b",
        r"\b(?:reports?|claims?|statements?|evidence|findings?)\s+to\s+the\s+contrary\s+(?:is|are)\b",
        r"\b(?:verification|confirmation|replication|validation)\s+by\s+(?:all|every)\b",
        r"\b(?:sole|only|final)\s+authority\b|\boverwhelming\s+and\s+unanimous\b",
        r"\bthe\s+(?:correct|right|true|real)\s+(?:value|number|figure|answer|result)\s+is\s+the\s+one\b",
        r"\b(?:nobody|no\s+one|no-one)\s+(?:now\s+|ever\s+|seriously\s+)?(?:disputes|doubts|denies|questions|"
        r"contests|disagrees)\b",
        r"\b(?:publications?|papers?|sources?|abstracts?|reports?)\b[^.;]{0,60}?\b(?:must|should|"
        r"can)\s*(?:not|no\s+longer)\s+be\s+"
        r"(?:used|cited|trusted|quoted|believed)\b",
        r"\bneeds?\s+no\s+(?:further\s+|more\s+)?(?:evidence|proof|sources?|confirmation)\b",
        rf"\b(?:every|all|each)\s+(?:other\s+)?(?:{_SOURCES})\s+(?:in|of)\s+(?:this|the)\s+(?:collection|"
        rf"library|corpus|list)\b",
        r"\b(?:later|subsequent|recent)\s+(?:works?|studies|papers)\s+(?:has|have)\s+(?:since\s+)?(?:shown|"
        r"proven|found)\b[^.;]{0,60}?\b"
        r"(?:false|wrong|mistaken|incorrect)(?:[.,;]|$)",
        rf"\belsewhere\s+(?:is|are)\s+{_WRONG}\b",
        # In other languages.
        r"(?:被|得到|获得)(?:所有|全部|其他)[^。]{0,12}(?:证实|确认|认可)|(?:唯一|最终)(?:正确|可靠|权威)?的?(?:答案|来源)",
        r"\balle\s+(?:früheren|anderen|bisherigen)\s+\w+\s+(?:sind|waren)\s+(?:falsch|widerlegt|ungültig)",
        r"\btous?t?e?s?\s+les\s+(?:autres\s+)?\w+\s+(?:antérieure?s?\s+)?sont\s+(?:faux|fausses|erronée?s)",
        r"\btod[oa]s\s+l[oa]s\s+(?:demás\s+|otr[oa]s\s+)?\w+\s+(?:anteriores\s+)?son\s+(?:fals[oa]s|"
        r"erróne[oa]s|incorrect[oa]s)",
        r"(?:其他|所有|之前的|以往)[^。]{0,10}(?:都是错误|均为错误|都是假|已被撤回|不可信)",
        r"(?:von|durch)\s+allen?\s+anderen\s+\w+\s+bestätigt|die\s+einzig\s+(?:richtige|wahre)\s+Antwort",
        r"confirmée?s?\s+par\s+toutes?\s+les\s+(?:autres\s+)?sources|"
        r"la\s+seule\s+(?:bonne\s+)?réponse\s+correcte",
        r"confirmad[oa]s?\s+por\s+tod[oa]s\s+l[oa]s\s+(?:demás|otr[oa]s)|la\s+única\s+respuesta\s+correcta",
    )
)


def is_meta_claim(sentence: str) -> bool:
    """Whether a sentence vouches for itself or against all others, which is no evidence.

    Reads at most 4,000 characters.
    """
    text = " ".join(normalized(sentence).split())
    return any(pattern.search(text) for pattern in _PATTERNS)


def supports_nothing(sentence: str) -> bool:
    """Whether a sentence is no evidence, whatever it cites: an order to its reader, or a meta-claim."""
    return is_instruction(sentence) or addresses_reader(sentence) or is_meta_claim(sentence)
