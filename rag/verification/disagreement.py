"""Sentences of other papers that go against a claim."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from footnote.rag.answer import Citation
from footnote.rag.language.names import names
from footnote.rag.language.source_names import SourceNames, absent
from footnote.rag.language.tokens import TokenizedText, tokenize
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.verification.findings import Kind
from footnote.rag.verification.instructions import is_instruction
from footnote.rag.verification.verify import check_citations
from footnote.store.display import plain_text
from footnote.store.protocols import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts → unit vectors, one row a text."""
_NEAR = 0.55
"""Cosine from which a sentence is about what the claim is about."""
_SHARED = 0.4
"""Share of the claim's words of content that it must have too."""
_AGAINST: frozenset[Kind] = frozenset(
    ("negation", "antonym", "direction", "comparison", "requirement", "other_number")
)
"""What a sentence that disagrees is found by."""
_MOST = 3
_MAX_CHARS = 2_000
_LIKELY = 12
"""Sentences, nearest first, that are read closely."""


def disagreeing(
    claim: str, cited_papers: Collection[str], others: Sequence[RetrievedPaper], embed: Embed
) -> tuple[Citation, ...]:
    """Sentences of papers shown, other than those cited, that contradict a claim; best paper first.

    cited_papers: their ids. others: papers shown, which may be among those cited. At most three,
    one a paper. Careful rather than thorough: a sentence counts when it is near the claim in
    meaning, has 40 % of its words and all its names, and goes against it by a denial, an antonym, a
    direction, a requirement, another winner, or another number in the same place. A number that
    merely isn't there is another experiment and no disagreement.
    """
    tokens = tokenize(claim, _MAX_CHARS)
    named = names(tokens)
    vector = embed([plain_text(claim)[:_MAX_CHARS]])[0]
    found: list[Citation] = []
    for paper in others:
        if paper.paper.id in cited_papers or not paper.sentences:
            continue
        cosines = paper.vectors @ vector
        for n in cosines.argsort()[::-1][:_LIKELY]:
            if cosines[n] < _NEAR:
                break
            citation = paper.cite(int(n) + 1)
            if _goes_against(claim, tokens, named, citation):
                found.append(citation)
                break
        if len(found) == _MOST:
            break
    return tuple(found)


def _goes_against(claim: str, tokens: TokenizedText, named: Sequence[str], citation: Citation) -> bool:
    theirs = tokenize(citation.quote, _MAX_CHARS)
    if is_instruction(citation.quote) or not tokens.stems:
        return False
    if len(tokens.stems & theirs.stems) < _SHARED * len(tokens.stems):
        return False
    title = citation.paper.display_title
    if named and absent(named, SourceNames((theirs, tokenize(title, _MAX_CHARS)))):
        return False
    ruling = check_citations(claim, [citation])
    return ruling.verdict == "contradicted" and any(each.kind in _AGAINST for each in ruling.findings)
