"""Texts as files hold them → plain text: no tags, entities, LaTeX or characters that nobody sees. Pure.

Done before a text is stored, for quotes are verbatim and their offsets count in it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from itertools import zip_longest

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalkerError

from footnote.store.display import is_maths, plain_text
from footnote.store.readers.raw_record import Markup

LABEL_BEGINS, LABEL_ENDS = "\ufdd0", "\ufdd1"
"""Around a heading that was marked up as one: noncharacters, dropped from the raw text."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CODE_POINT = re.compile(r"\\x\{((?:[1-9a-fA-F]|[1-9a-fA-F][0-9a-fA-F]|[0-9a-fA-F]{3,4}))\}")
_ENTITY_ROUNDS = 3
"""As often as texts are escaped on their way through databases."""
_CLEAN_ROUNDS = 8

_ATTRIBUTES = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]{0,1000}\"|'[^'<>]{0,1000}'|[^\s\"'<>]{1,200})){0,20}\s*/?"
_HEADING = re.compile(
    rf"<(?P<tag>jats:title|h[1-6]|title){_ATTRIBUTES}>\s*(?P<label>[^<>]{{1,100}}?)\s*</(?P=tag)\s*>", re.I
)
_BLOCK = re.compile(
    rf"</?(?:(?:jats:)?(?:p|sec|title|list|list-item|disp-formula)|abstract|abstracttext|br|div|li|ul|ol|h[1-6]|hr"
    rf"|table|tr|td|th|tbody|thead|blockquote|section|article){_ATTRIBUTES}>",
    re.I,
)
_INLINE = re.compile(
    rf"</?(?:(?:jats|mml|m|xhtml|html|ce|sb|x|w|ns\d):[a-z][\w.-]*|i|b|u|s|em|strong|sub|sup|small|big|tt|font|span|a"
    rf"|it|ital|italic|bold|roman|sc|scp|inf|underline|emphasis|monospace|named-content|styled-content|ext-link|xref|uri"
    rf"|inline-formula|inline-graphic|tex-math|alternatives|math|mi|mo|mn|mrow|msub|msup|msubsup|mtext|mfrac|mover"
    rf"|munder|mspace|mstyle|semantics|mfenced|msqrt|mtable|mtr|mtd|img|code|q|cite|abbr|nobr|body|html"
    rf"){_ATTRIBUTES}>",
    re.I,
)
# Any other tag is one for certain where its end is there too.
_PAIRED = re.compile(rf"<(?P<tag>[A-Za-z][\w:.-]{{0,40}}){_ATTRIBUTES}>([^<>]{{0,2000}})</(?P=tag)\s*>")
_COMMENT = re.compile(r"<!--(?:(?!<!--).){0,2000}?-->|<!\[CDATA\[|\]\]>|<<[A-Z]{2,4}>>", re.DOTALL)
# A whole LaTeX document for one formula, as Springer's records have it.
_TEX_DOCUMENT = re.compile(
    r"\\documentclass(?:(?!\\documentclass).){0,2000}?\\begin\{document\}((?:(?!\\documentclass).){0,2000}?)\\end\{document\}",
    re.DOTALL,
)

# Seen by nobody; the joiners only where no script needs them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]|(?<![\u0600-\U0001ffff])[\u200c\u200d]"
)

_UNSEEN_NO_LABEL = re.compile(_UNSEEN.pattern.replace("\ufdd0-\ufdef", "\ufdd2-\ufdef"))
"""The same, where headings are marked already: LaTeX has a soft hyphen of its own."""

_MAX_LATEX_DEPTH = 30
_LATEX = re.compile(r"[\\{}$~]|``|''|--")
# An escaped sign; an accent on a letter; a command in braces of its own: "{\\textless}".
_SIMPLE_LATEX = re.compile(
    r"\\([%&#_{}$])|\\[\"'`^~=.](?:\{\\?[A-Za-z]\}|[A-Za-z])|\{\\(?:[a-zA-Z]{1,20}|[\"'`^~=.]\{?\\?[A-Za-z]\}?)\}"
)
_MORE_LATEX = re.compile(r"[\\$~]")
_HELD = "\ufdd4"
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_NO_TIE = re.compile(r"(?:(?<=\s)|^)~|~(?=\s|$)")
_DOLLARS = re.compile(r"(?<!\\)(\$\$?)(?![\s$])([^$\n]{1,500})(?<![\s\\])\1(?![\d$])|(?<!\\)\$")
# Signs that pylatexenc doesn't know, and would drop: "p {\\textless} 0.05", as Zotero writes it.
_SIGNS = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textbraceleft": "{", "textbraceright": "}",
    "slash": "/", "textasciicircum": "^", "textasciitilde": "~",
    "textunderscore": "_", "textquotedbl": '"', "textminus": "−", "textalpha": "α", "textbeta": "β",
    "textgamma": "γ",
    "textdelta": "δ", "textepsilon": "ε", "textkappa": "κ", "textlambda": "λ", "textmugreek": "μ",
    "textpi": "π",
    "textrho": "ρ", "textsigma": "σ", "texttau": "τ", "textchi": "χ", "textomega": "ω", "ddag": "‡", "S": "§",
    "P": "¶", "copyright": "©", "pounds": "£", "euro": "€", "degree": "°", "micro": "µ", "ohm": "Ω",
    "lq": "‘",
    "rq": "’", "textprimstress": "ˈ",
}  # fmt: skip
_signs = get_default_latex_context_db()
_signs.add_context_category(
    "signs", prepend=True, macros=[MacroTextSpec(name, sign) for name, sign in _SIGNS.items()]
)
_latex = LatexNodes2Text(_signs, math_mode="text", strict_latex_spaces=False, keep_comments=True)


# A sign of a note after a title: "… Networks\\ast".
_NOTE_SIGN = re.compile(r"\\(?:ast|dagger|star)\s*\Z")
# Web of Science's signs around italics, bold and the like: "&ITin vitro&IT".
_WOS_STYLE = re.compile(r"&(?P<style>IT|BF|SU|SD|RF|SC)(?P<text>[^&]{1,300})&(?P=style)")


def clean(text: str, markup: Markup = "none") -> str:
    """`text` as people read it: markup resolved, NFC, one space where there is any, nothing unseen.

    "p < 0.05 and n > 3" holds no tag. Headings stand between LABEL_BEGINS and LABEL_ENDS. A clean text stays
    as it is, so that a paper that is exported and read again is the same.
    """
    if not text.isprintable():
        text = _UNSEEN.sub("", text)
    for count in range(_CLEAN_ROUNDS):
        before, text = text, _cleaned(text, "none" if count else markup)
        if text == before and (count or markup != "latex"):
            break
    return text


def _cleaned(text: str, markup: Markup) -> str:
    if "\\x{" in text:  # as R and Perl print what they can't
        text = _CODE_POINT.sub(lambda match: _UNSEEN.sub("", chr(int(match[1], 16))), text)
    if "&" in text or "<" in text:
        text = _without_tags(_WOS_STYLE.sub(r"\g<text>", text))
    if markup == "latex" and _LATEX.search(text):
        text = _without_latex(text)
    else:
        text = plain_text(_TEX_DOCUMENT.sub(r"\1", text) if "\\documentclass" in text else text)
    if not text.isprintable():
        text = _UNSEEN_NO_LABEL.sub("", text)
    return unicodedata.normalize("NFC", " ".join(_NOTE_SIGN.sub("", text).split()))


def without_headings(text: str) -> str:
    """A cleaned text whose headings are words among others: a title's."""
    return " ".join(text.replace(LABEL_BEGINS, " ").replace(LABEL_ENDS, " ").split())


def _without_tags(text: str) -> str:
    for _ in range(_ENTITY_ROUNDS):
        if "<" in text:
            text = _COMMENT.sub(" ", text)
            text = _HEADING.sub(f"{LABEL_BEGINS}\\g<label>{LABEL_ENDS}", text)
            text = _PAIRED.sub(r"\2", _INLINE.sub("", _BLOCK.sub(" ", text)))
        unescaped = _ENTITY.sub(_character, text)
        if unescaped == text:
            break
        text = unescaped
    return text


def _character(entity: re.Match[str]) -> str:
    return _UNSEEN.sub("", html.unescape(entity[0]))


def _without_latex(text: str) -> str:
    r"""LaTeX → text; where it is too broken for that, as far as `plain_text` goes.

    A "%" begins no comment and a "$" of money no formula: abstracts are pasted as they are.
    """
    if _depth(text) > _MAX_LATEX_DEPTH:
        return plain_text(text)
    # An accent on nothing is how Mendeley and JabRef write the sign itself.
    text = text.replace(r"\^{}", r"{\textasciicircum}").replace(r"\~{}", r"{\textasciitilde}")
    if (simple := _without_simple_latex(text)) is not None:
        return simple
    source = _BARE_PERCENT.sub(r"\\%", _TEX_DOCUMENT.sub(r"\1", text))
    source = _NO_TIE.sub(r"{\\textasciitilde}", _DOLLARS.sub(_maths_or_money, source))
    try:
        return str(_latex.latex_to_text(source, tolerant_parsing=True))
    except (LatexWalkerError, ValueError, IndexError, RecursionError):
        return plain_text(text)


def _without_simple_latex(text: str) -> str | None:
    """What `_without_latex` makes of escaped signs, accents, dashes, quotes and braces; None where there is
    more.

    pylatexenc reads an abstract character by character, which takes 10 ms; most hold only these.
    """
    held: list[str] = []

    def hold(piece: re.Match[str]) -> str:
        held.append(piece[1] or _latex_piece(piece[0]))
        return _HELD

    rest = _SIMPLE_LATEX.sub(hold, text)
    if _MORE_LATEX.search(rest):
        return None
    for mark, sign in (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("{", ""), ("}", "")):
        rest = rest.replace(mark, sign)
    parts = rest.split(_HELD)
    return "".join(part for pair in zip_longest(parts, held, fillvalue="") for part in pair)


@lru_cache(maxsize=4096)
def _latex_piece(piece: str) -> str:
    return str(_latex.latex_to_text(piece, tolerant_parsing=True))


def _maths_or_money(match: re.Match[str]) -> str:
    if match[2] is None:
        return r"\$"
    return match[0] if is_maths(match) else match[0].replace("$", r"\$")


def _depth(text: str) -> int:
    depth = deepest = 0
    for c in text:
        depth += (c == "{") - (c == "}")
        deepest = max(deepest, depth)
    return deepest
