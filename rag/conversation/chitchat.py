"""Messages that ask nothing new: courtesies, and requests for another form of the answer. Pure."""

from __future__ import annotations

import re

_READ = 200
"""Characters; a longer message is taken to ask something."""

_COURTEOUS = frozenset(
    "thanks thank thx ty cheers great cool nice perfect awesome excellent wonderful brilliant amazing ok "
    "okay alright understood helpful hello hi hey bye goodbye goodnight danke merci wow appreciate "
    "appreciated".split()
)
_WITH_COURTESY = frozenset(
    "you so much very a lot many for that this that's it it's is was the your help answer answers all now "
    "good morning evening job work really i see got indeed again to know me there everyone and then too well "
    "done both of everything helps helped time explanation information info quick useful oh ah yes".split()
)
_PHRASES = re.compile(
    r"(?:(?:i see|got it|that helps|(?:that |it )?makes sense|good (?:job|answer|morning|evening|to know)|"
    r"well done|(?:that's |that is )?(?:all|it)(?: for now)|see you|that was (?:useful|helpful))[,.! ]*)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w'’]*")

_LANGUAGE = (
    "german|english|french|spanish|italian|portuguese|dutch|polish|turkish|russian|ukrainian|arabic|hindi|chinese|"
    "japanese|korean|swedish|danish|norwegian|finnish|greek|czech|deutsch"
)
_COUNT = r"(?:an?|one|two|three|four|five|a few|fewer|less|\d{1,3})"
_IN = (
    rf"(?:{_LANGUAGE}|(?:very |more )?(?:simpler?|plain(?:er)?|easy|easier|other|your own|layman's|lay) "
    rf"(?:words|terms|language|english)|{_COUNT} (?:short )?(?:words?|sentences?|lines?|paragraphs?)|"
    r"short|brief|(?:more |greater |less )?detail|an? (?:table|list|nutshell)|bullets?(?: points)?|prose)"
)
_FORM = (
    rf"(?:in(?:to)? {_IN}|(?:as|with) (?:an? )?(?:bullets?(?: points)?|bullet list|list|table|bullet points)|"
    r"(?:a (?:bit|little) |much |even )?(?:shorter|longer|briefer|simpler|clearer|plainer)|"
    r"(?:more |very )?(?:briefly|simply|concisely)|(?:more|less) (?:details?|technical|concise|verbose)|eli5|"
    r"like (?:i'm|i am|i were|to) (?:an? )?(?:five|5|ten|child|kid|beginner)(?: years? old)?|"
    r"(?:for|as (?:for|to)|to) (?:an? )?(?:beginner|newcomer|layman|layperson|child|kid|five-year-old)s?|"
    r"(?:with )?(?:the )?numbers first|bullet points|bullets)"
)
_FORMAT_REQUEST = re.compile(
    r"(?:(?:and|but|now|ok|okay|please|so|again|once more|thanks|i want it|i'd like (?:it|that))[,.!]? )*"
    r"(?:(?:can|could|would|will) (?:you|i) (?:please |also )?)?"
    r"(?:(?:(?:explain|say|put|write|phrase|rephrase|summari[sz]e|translate|repeat|give|make|tell|answer|show|have|"
    r"keep|do)(?: (?:it|that|this|me|us|the answer|to me))*|same|again|once more) )?"
    rf"{_FORM}(?:,? (?:please|instead|now|again|too|then|though|thanks|this time|if possible))*[?.! ]*",
    re.IGNORECASE,
)


def is_courtesy(text: str) -> bool:
    """Whether a text only thanks, greets or acknowledges."""
    text = " ".join(text[: _READ + 1].split()).replace("’", "'")
    if len(text) > _READ or "?" in text:
        return False
    words = _WORD.findall(text.casefold())
    kind = _COURTEOUS.intersection(words) and _COURTEOUS.union(_WITH_COURTESY).issuperset(words)
    return bool(kind or _PHRASES.fullmatch(text))


def is_format_request(text: str) -> bool:
    """Whether a text only says how an answer should be written: "in German please", "shorter"."""
    text = " ".join(text[: _READ + 1].split()).replace("’", "'")
    return len(text) <= _READ and bool(_FORMAT_REQUEST.fullmatch(text))
