"""British and American forms of a word, by rule. Pure.

The rules make more than there is ("advize"): a caller keeps the forms that the library has.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LEAST = 5
"""Letters; in shorter words the rules mostly meet by chance ("for", "four")."""
_ENDS_ISE = r"(?=(?:e[drs]?|ers|es|ing|ations?|ational|able)$)"
_ENDS_OUR = r"(?=(?:s|ed|ing|al|ally|ful|able|ites?|ists?|less|hoods?)?$)"
_ENDS_LL = r"(?=(?:ed|ing|ers?|ists?)$)"
_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"(?<!ert)([iy])s{_ENDS_ISE}", r"\1z"),  # personalised, analyse; not expertise
        (rf"([iy])z{_ENDS_ISE}", r"\1s"),
        (rf"(?<=\w\w)our{_ENDS_OUR}", "or"),  # behaviour
        (rf"(?<=\w\w)or{_ENDS_OUR}", "our"),
        # Two syllables before it, for "filled" is no form of "filed".
        (rf"([aeiouy]\w*[^aeiouy\W][aeiou]l)l{_ENDS_LL}", r"\1"),  # labelled
        (rf"([aeiouy]\w*[^aeiouy\W][aeiou]l){_ENDS_LL}", r"\1l"),
        (r"([bt])re(s|d)?$", r"\1er\2"),  # centre
        (r"^(\w{2,4}[bt])er(s)?$", r"\1re\2"),
        (r"[ao]e", "e"),  # leukaemia, foetal
        (r"(?<![ao])e(?!\w?$)", "ae"),
        (r"(?<![ao])e(?!\w?$)", "oe"),
        (r"ogue(s?)$", r"og\1"),  # catalogue
        (r"og(s?)$", r"ogue\1"),
        (r"ence(s?)$", r"ense\1"),  # defence
        (r"ense(s?)$", r"ence\1"),
        (r"mme(s?)$", r"m\1"),  # programme
        (r"am(s?)$", r"amme\1"),
        (r"g(ment|ing)(s?)$", r"ge\1\2"),  # judgement, ageing
        (r"ge(ment|ing)(s?)$", r"g\1\2"),
    )
)


@lru_cache(maxsize=10_000)
def spelling_variants(word: str) -> tuple[str, ...]:
    """Other forms that `word`, in lower case, may have across the Atlantic, each by one rule at one place."""
    if len(word) < _LEAST:
        return ()
    made: dict[str, None] = {}
    for pattern, replacement in _RULES:
        for match in pattern.finditer(word):
            made[word[: match.start()] + match.expand(replacement) + word[match.end() :]] = None
    return tuple(made)
