"""Whether a question can be understood without the conversation before it: by rule, for English. Pure.

Rules see words, not grammar. Where they can't decide, a question counts as dependent: an earlier
question that isn't needed harms a search little, one that is missing harms it most.
"""

from __future__ import annotations

import re

from footnote.rag.language.names import NAME
from footnote.rag.language.stopwords import content_words

_READ = 1000
"""Characters that are examined; by then a question has named its topic."""
_LONG = 7
"""Content words from which a question is likely to be complete."""
_ANTECEDENT_WORDS = 3
"""Content words that may hold the antecedent of a pronoun after them."""
_FEW = 3
"""Content words that a question without a verb may have and still continue the one before."""

_RELATIONAL = frozenset(
    # Words that describe a topic and are none themselves: parts and properties of a work …
    "author authors code source sources repo github licence license data dataset datasets corpus corpora "
    "benchmark benchmarks baseline baselines metric metrics measure measures result results finding "
    "findings evidence experiment experiments evaluation evaluations method methods approach approaches "
    "technique techniques idea ideas contribution contributions conclusion conclusions limitation "
    "limitations limit limits drawback drawbacks weakness weaknesses downside downsides advantage advantages "
    "benefit benefits strength strengths cost costs price accuracy performance score scores number numbers "
    "gain gains improvement improvements effect effects speed speedup latency runtime memory size sizes "
    "sample samples example examples detail details reason reasons assumption assumptions difference "
    "differences alternative alternatives step steps stage stages case cases kind kinds type types "
    "setting settings paper papers study studies work works publication year takeaway takeaways "
    "summary implication implications application applications role purpose goal goals problem problems "
    "issue issues task tasks domain domains area areas language languages pairs "
    # … what is done with it …
    "use used uses using test tested try tried measured evaluate evaluated compare compared report reported "
    "reports propose proposed show shown shows find found say says said claim claimed conclude concluded "
    "need needed needs require required work works help helps matter matters scale scales hold holds "
    "happen happened happens done made make makes get got mean means apply applied checked trained train "
    "training take takes "
    "released publish published available expand elaborate summarise summarize clarify continue "
    "differ explained wrote written going go sure really true that "
    # … and how much or which of it there is.
    "main biggest largest smallest larger smaller bigger best better worse worst good bad big small large "
    "long short new old different similar first second third last next newer newest older main key "
    "real exactly else far often fast faster slower cheap cheaper expensive simple simpler shorter longer "
    "high higher low lower".split()
)

FILLER = re.compile(
    r"^(?:(?:so|ok|okay|oh|ah|hm+|well|then|thanks|thank you|great|cool|nice|right|now|please|actually|"
    r"alright|interesting)\b[,.!:… ]*)+",
    re.IGNORECASE,
)
JOINED = re.compile(r"^(?:and|but|or)\b[, ]*", re.IGNORECASE)
_CONTINUES = re.compile(
    r"^(?:what about|how about|what if|why not|how so|how come|nope|yes[,. ]|no[,.] |no,? i |"
    r"not (?:the|for|in|on|with|about) |i meant? |same |likewise|similarly|instead[?.! ]*$|"
    r"(?:what|anything|who|where) else|also[, ]+(?:for|in|on|with))"
)
_DEFINES = re.compile(
    r"^(?:what(?:'s| is| are| was| were)\b|define |how (?:do|does) .{1,80} work\b|"
    r"what (?:do|does) .{1,80} (?:mean|stand for)\b|"
    r"(?:how many|which|what|any|find|are there|is there) (?:\w+ )?(?:papers|works|studies|surveys)\b)"
)
_REFERENCE = re.compile(
    r"\b(?:it|its(?! own\b)|they|them|their(?! own\b)|theirs|he|she|his|former|latter)\b"
    r"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! (?:is|are|was|were)\b)"
    # "this", "those" … refer back unless a verb or clause follows a noun:
    # "models that quote" doesn't, "does that help" does.
    r"|(?:^|\b(?:do|does|did|is|are|was|were|can|could|will|would|of|to|in|about|from|with|for|on|by|than|"
    r"like|and|which|why|how|has|have|what|explain|define|describe|summari[sz]e) )"
    r"(?:that|those|such)\b(?! as\b)"
    r"|\bthat(?= (?:with|in|for|on|by|at|and|or|too|again)\b|[?.!,]|$)"
    r"|\b(?:this|these)\b(?! (?:library|collection|corpus|database)\b)"
    r"|\b(?:such a|the same|the others?|the two|which ones|that one|those ones)\b"
    r"|^(?:an?|any|another)? ?(?:other )?ones?\b(?= (?:on|for|with|about|that|which|in|from|by)\b|[?.! ]*$)"
)
_OWNED = re.compile(r"(?:its|their|his)\b")
_THE_WORK = re.compile(
    r"\bthe (?:authors?|papers?|study|survey|article|approach|method|technique|results?|findings|"
    r"experiments?)\b(?! (?:of|on|that|which|who|about|for|in|with|by|called|to|where|from|behind)\b)"
)
PLEONASTIC_IT = re.compile(  # "it" without antecedent: "is it true that …", "does it matter whether …"
    r"\bit (?:really |actually |even )?(?:(?:be )?(?:true|possible|known|better|worse|enough|necessary|"
    r"hard|easy|safe|fair|useful|helpful|likely|common|cheaper|important|feasible|wise|good|bad|best|worth|"
    r"the case)(?= (?:to|that|whether|if)\b)|(?:matters?|helps?|makes? sense|pays?|takes?|means?|hurts?)"
    r"(?= (?:(?:for (?:an? |the )?[\w-]{1,30} )?to|that|whether|if|which|how)\b)"
    r"|(?:the|an?)\b(?= .{3,120} (?:that|which|who)\b))"
)
_AT_THE_END = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\b(?:(?P<place>there)|that|this|these|those)[?.! ]*$"
)
_PRESUPPOSES = re.compile(  # "Was the benefit checked?"; "What is the usual dose?" defines it
    r"^(?:(?:how|why|when|where) )?(?:was|were|did) the\b|"
    r"^(?:is|are|do|does|has|have|had|can|could|will|would|should) the\b|"
    r"\bwhich (?:one|of the|of them)\b"
)
_HAPPENED = re.compile(r"^(?:was|were|did) ")
_NO_VERB_YET = re.compile(
    r"^(?:in|on|at|for|from|by|with|without|to|under|across|among|versus|vs|than|compared|relative|only|any|"
    r"even|especially|except|also|why|which|what|how many|how much)\b"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b"
)
_ANY_ON = re.compile(r"^any [\w' -]{1,60} (?:on|about|for|that|which|to)\b")
_ENGLISH = re.compile(
    r"\b(?:the|of|what|how|which|is|are|do|does|can|why|who|when|where|and|with|for|to|that|from|by|than)\b",
    re.IGNORECASE,
)


def depends_on_context(question: str) -> bool:
    """Whether a question can't be understood without the one before it.

    It can't when it continues ("and", "what about"), refers back ("it", "those") before it has
    enough words to hold the antecedent itself, presupposes something ("was the benefit …"), has
    no verb ("which modalities?") or no topic of its own ("how was it tested?"). A question with a
    name before its first reference stands alone.
    """
    as_written = FILLER.sub("", " ".join(question[:_READ].replace("’", "'").split()))
    text = as_written.casefold()
    rest = JOINED.sub("", text)
    name = NAME.search(as_written)
    if _CONTINUES.search(rest):
        return True
    if _refers_back(text, name.start() if name else None):
        return True
    topic = topic_words(rest)
    defines = bool(_DEFINES.search(rest)) and bool(topic or name)
    if rest != text and not defines:
        return True
    if _has_no_verb(rest, named=bool(name)):
        return True
    if name or defines:
        return False
    words = len(content_words(rest))
    of_one_study = len(topic) < _FEW and bool(_HAPPENED.search(rest))
    return len(topic) < 2 or of_one_study or (words < _LONG and bool(_PRESUPPOSES.search(rest)))


def stands_alone(question: str) -> bool:
    """Whether a question is so surely complete that no model needs to be asked.

    Between this and `depends_on_context` lie questions that may only look complete, and those in
    other languages, which the rules don't cover.
    """
    if depends_on_context(question) or len(_ENGLISH.findall(question[:_READ])) < 2:
        return False
    text = " ".join(question[:_READ].casefold().split())
    return bool(_DEFINES.search(text)) or len(topic_words(text)) >= _FEW - bool(NAME.search(question[:_READ]))


def has_topic(question: str) -> bool:
    """Whether it has a name, or words beside parts, properties and uses of something else."""
    return bool(NAME.search(question[:_READ]) or topic_words(question[:_READ]))


def topic_words(text: str) -> list[str]:
    """The content words that don't only denote parts, properties or uses of something else."""
    return [w for w in content_words(text) if w not in _RELATIONAL]


def _refers_back(text: str, name: int | None) -> bool:
    """Whether the text refers back before it has enough words or a name of its own."""
    masked = PLEONASTIC_IT.sub(lambda m: " " * len(m[0]), text)
    last = _AT_THE_END.search(masked)
    if last and (name is None or last["place"]) and len(content_words(text)) < _LONG:
        return True
    found = [m.start() for pattern in (_REFERENCE, _THE_WORK) if (m := pattern.search(masked))]
    if not found or (name is not None and name < min(found)):
        return False
    # "Do chatbots flatter their users?": owner and verb stand before.
    owned = _OWNED.match(masked, min(found)) and _VERB.match(text)
    return len(content_words(text[: min(found)])) < _ANTECEDENT_WORDS - bool(owned)


def _has_no_verb(text: str, *, named: bool) -> bool:
    """Whether it is a fragment that only makes sense after another question: "for images?"."""
    if not _NO_VERB_YET.search(text) or _VERB.search(text):
        return False
    words = content_words(text)
    if text.startswith(("why", "which", "what", "how")):
        return len(words) < 2 + (not named and "?" in text and text.startswith("how"))
    return len(words) <= _FEW and not (_ANY_ON.search(text) and len(words) > 1)
