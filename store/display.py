"""Abstracts and titles made readable. Display only: quotes and offsets use the text as read."""

from __future__ import annotations

import re
import unicodedata

_RESIDUE = re.compile(r"[\\$~`^_]|\w--")
"""What LaTeX leaves behind; a text with none of it is returned as it is, at once."""

# Each pattern is bounded, or stops at the next of its own delimiters: time is linear in the text.
_MATHS = re.compile(r"(?<![\\$])(\$\$?)(?![\s$])([^$\n]{1,200})(?<![\s\\])\1(?![\d$])")
_WRAPPED = re.compile(
    r"\\(?:text(?:bf|it|sc|tt|rm|sf|sl|md|up|normal)?|emph|underline|url|mbox|operatorname"
    r"|math(?:bf|rm|cal|bb|it|sf|frak))\{([^{}]*)(?:\}|\Z)"  # some abstracts end before the brace
)
_OLD_STYLE = re.compile(r"\{\\(?:em|it|bf|tt|sc|rm|sl|sf)\s([^{}]*)\}")
_ESCAPED = re.compile(r"\\([%&$#_{}])")
_ACCENT = re.compile(r"\\(['`^\"~=.cvuH])\{([A-Za-z])\}|\{\\(['`^\"~=.])([A-Za-z])\}"
                     r"|(?<=[^\W\d_])\\(['`^\"~])([aeiouyn])")  # fmt: skip
_COMMAND = re.compile(r"\{\\([A-Za-z]+)\}|\\([A-Za-z]+)(?:\{\})?")
_SCRIPT = re.compile(r"(?<=[\w)][_^])\{(\w{1,30})\}(?!\d)")
_TIE = re.compile(r"(?:(?<=[^\W\d_]{2})|(?<=[^\W\d_]\.))~(?=[\w(\[\\])")
_QUOTED = re.compile(r"(?<!`)``(?![`\s])([^`\n]{1,500}?)(?<!\s)(?:''|``(?!`)|\")")
_QUOTED_ONCE = re.compile(r"(?<![`\w])`([^`'\s][^`'\n]{0,100})'(?!\w)")
_DASH = re.compile(r"https?://\S+|(?<=\w)(---?)(?=\w)")

_COMBINING = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
              ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b"}  # fmt: skip
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "omicron": "ο", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_SYMBOLS = {
    **_GREEK, **{name.title(): letter.upper() for name, letter in _GREEK.items()},
    "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "ell": "ℓ", "times": "×", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈", "pm": "±", "infty": "∞", "rightarrow": "→",
    "to": "→", "leftarrow": "←", "sim": "∼", "ldots": "…", "dots": "…", "cdot": "·", "in": "∈",
    "sum": "∑", "partial": "∂", "nabla": "∇",
}  # fmt: skip


def plain_text(text: str) -> str:
    """`text` without the LaTeX that abstracts carry: "$i$REPO" → "iREPO", "40\\%" → "40%".

    What it doesn't know it leaves alone, and so dollars that are money.
    """
    if not _RESIDUE.search(text):
        return text
    text = _MATHS.sub(_maths, text)
    for _ in range(3):  # as deep as commands are nested in practice
        text = _OLD_STYLE.sub(r"\1", _WRAPPED.sub(r"\1", text))
    text = _ACCENT.sub(_accented, text)
    text = _ESCAPED.sub(r"\1", text)
    text = _COMMAND.sub(_symbol, text)
    for _ in range(2):
        text = _SCRIPT.sub(r"\1", text)
    text = _TIE.sub(" ", text)
    text = _QUOTED.sub(r"“\1”", text)
    text = _QUOTED_ONCE.sub(r"‘\1’", text)
    return _DASH.sub(_dash, text)


def is_maths(match: re.Match[str]) -> bool:
    """Whether what stands between two dollars (group 2) is maths, and not the money before and after it."""
    body = match[2]
    glued = match.start() > 0 and match.string[match.start() - 1].isalnum()
    if glued and body[0] not in "^_\\":  # as in US$5 and A$AP; R$^3$ is maths
        return False
    if any(c.isspace() for c in body):
        return "\\" in body or (not body[0].isdigit() and any(c in "^_=<>+{" for c in body))
    return body[-1].isalnum() or body[-1] in ")]}|'*^+-!"


def _maths(match: re.Match[str]) -> str:
    return match[2] if is_maths(match) else match[0]


def _accented(match: re.Match[str]) -> str:
    accent, letter = (group for group in match.groups() if group is not None)
    composed = unicodedata.normalize("NFC", letter + _COMBINING[accent])
    return composed if len(composed) == 1 else match[0]


def _symbol(match: re.Match[str]) -> str:
    return _SYMBOLS.get(match[1] or match[2], match[0])


def _dash(match: re.Match[str]) -> str:
    if match[1] is None:  # an address
        return match[0]
    return "—" if len(match[1]) == 3 else "–"
