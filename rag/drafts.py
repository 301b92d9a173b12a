"""Checks a draft that somebody wrote against a library: what does it support, and what not?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.rag.answer import Citation, DraftClaim
from footnote.rag.composing.draft_answer import CheckedClaim
from footnote.rag.language.tokens import tokenize
from footnote.rag.retrieval.search import search
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.settings import Settings
from footnote.rag.verification.judges import judge_for
from footnote.rag.verification.texts import MAX_CLAIM_CHARS
from footnote.rag.verification.verify import check_citations, rule
from footnote.rag.verifying import ClaimCheck, judged
from footnote.store.errors import FootnoteError
from footnote.store.library import Library
from footnote.store.sentences import split_sentences

MAX_DRAFT_CHARS = 500_000
MAX_SENTENCES = 1_000
"""Each is searched for: some tens of milliseconds."""
_PAPERS = 6
"""Papers that are searched for a sentence."""
_ALONE = 8
"""Their sentences that are tried one by one, nearest first."""
_TOGETHER = 3
"""Sentences of one paper that are tried together."""
_MAX_QUERY_CHARS = 1_000

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(?:#{1,6}(?:\s|$)|(?:=+|-{2,})\s*$|(?:[-*_]\s*){3,}$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*")
_ITEM = re.compile(r"\s*(?:>\s?|[-*+•]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+)")
_NOTE = re.compile(r" {0,3}\[(?:\^)?[^\]\n]{1,80}\]:\s")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^()\s]{0,500}\)")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\([^()\s]{0,500}(?:\s\"[^\"\n]{0,100}\")?\)")
_MARK = re.compile(
    r"\s?\[\^?[\d.,;\s–-]{1,40}\]|\s?\[\^[^\]\s]{1,40}\]|\s?\[@[^\]\n]{1,100}\]|\s?\\(?:cite|citep|citet)\{[^}\n]{0,100}\}"
    r"|\s?\((?:see\s)?[A-Z][^()\n]{0,80}?,?\s(?:19|20)\d\d[a-z]?(?:;[^()\n]{0,120})?\)"
)
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|`{1,2})(?=\S)([^*_`\n]{1,300}?)(?<=\S)\1")
_COMMENT = re.compile(r"<!--|-->")


class DraftError(FootnoteError):
    """A draft that can't be checked as it is."""


@dataclass(frozen=True)
class DraftSentence:
    """A sentence of a draft without its markup, and the line (1-based) where it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class SentenceCheck:
    """The result for a sentence of a draft. support: empty where it isn't supported."""

    sentence: DraftSentence
    check: ClaimCheck
    support: tuple[Citation, ...]
    nearest: Citation | None


def sentences_of(draft: str) -> list[DraftSentence]:
    """The sentences of a Markdown text: of its paragraphs, list items, quotations and table cells.

    Headings, code, comments and footnote definitions are left out. Raises DraftError when the
    text has more than 500,000 characters or 1,000 sentences.
    """
    if len(draft) > MAX_DRAFT_CHARS:
        raise DraftError(f"the draft has {len(draft):,} characters, more than the {MAX_DRAFT_CHARS:,} that "
                         "can be checked at once: split it")  # fmt: skip
    found: list[DraftSentence] = []
    for block in _blocks(draft):
        joined = " ".join(text for _, text in block)
        starts = np.cumsum([0, *(len(text) + 1 for _, text in block)])
        for span in split_sentences(joined):
            line = block[int(np.searchsorted(starts, span.start, side="right")) - 1][0]
            plain = _plain(span.of(joined))
            if len(re.findall(r"\w+", plain)) > 1:
                found.append(DraftSentence(plain, line))
        if len(found) > MAX_SENTENCES:
            raise DraftError(
                f"the draft has more than the {MAX_SENTENCES:,} sentences that can be checked at once: "
                f"split it before line {found[MAX_SENTENCES].line}"
            )
    return found


def _blocks(draft: str) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines (number, text) that make a paragraph, an item or a cell each."""
    block: list[tuple[int, str]] = []
    fence = ""
    comment = False
    for number, line in enumerate(draft.splitlines(), start=1):
        opened = _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
            continue
        was_comment = comment
        for mark in _COMMENT.findall(line):
            comment = mark == "<!--"
        item = _ITEM.match(line)
        skipped = was_comment or comment or opened or _NOTE.match(line)
        if block and _UNDERLINE.fullmatch(line):
            block = []  # the line before was a heading
            continue
        cells = line.strip().startswith("|")
        code = not block and line.startswith(("    ", "\t")) and not item
        if skipped or code or cells or item or not line.strip() or _HEADING.match(line):
            if block:
                yield block
            block = []
        if opened:
            fence = opened[1]
        elif cells and not skipped:
            yield from ([(number, cell.strip())] for cell in line.split("|") if re.search(r"\w", cell))
        elif line.strip() and not (skipped or code or _HEADING.match(line)):
            while item:
                line = line[item.end() :]
                item = _ITEM.match(line)
            block.append((number, line.strip()))
    if block:
        yield block


def _plain(text: str) -> str:
    """A sentence without links, emphasis, code marks and references."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _MARK.sub("", text)
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    return text.strip()


def verify_draft(
    sentences: Sequence[DraftSentence],
    library: Library,
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
) -> list[SentenceCheck]:
    """The best support that a library has for each sentence, or why it has none.

    The judge that `settings` name reads each sentence with its support. progress: called with (sentences
    searched for, sentences in all). Raises ModelError where the judge fails.
    """
    checked: list[CheckedClaim] = []
    for number, sentence in enumerate(sentences, start=1):
        checked.append(_best_support(sentence, library, settings))
        if progress:
            progress(number, len(sentences))
    results: list[SentenceCheck] = []
    for sentence, claim in zip(sentences, judged(checked, judge_for(settings)), strict=True):
        check, cited = ClaimCheck.of(claim), claim.draft.cited
        results.append(
            SentenceCheck(sentence, check, cited if check.supported else (), next(iter(cited), None))
        )
    return results


def _best_support(sentence: DraftSentence, library: Library, settings: Settings) -> CheckedClaim:
    """The first evidence that passes the hard checks without a caution, else with the fewest."""
    found = search(library, sentence.text[:_MAX_QUERY_CHARS], settings, papers=_PAPERS)
    best: CheckedClaim | None = None
    for cited in _tries(sentence.text, _nearest(found.evidence, found.vector)):
        draft = DraftClaim(text=sentence.text, cited=cited)
        claim = CheckedClaim(draft, check_citations(draft.text, cited))
        if claim.stands and not claim.ruling.cautions:
            return claim
        if best is None or _worth(claim) > _worth(best):
            best = claim
    nothing = DraftClaim(text=sentence.text, cited=())
    return best or CheckedClaim(nothing, rule(nothing))


def _worth(claim: CheckedClaim) -> tuple[bool, int]:
    return claim.stands, -len(claim.ruling.cautions)


def _nearest(evidence: Sequence[RetrievedPaper], vector: np.ndarray) -> list[list[Citation]]:
    """The sentences of each paper, nearest in meaning first; papers by their nearest sentence."""
    papers: list[tuple[float, list[Citation]]] = []
    for one in evidence:
        cosines = one.vectors @ vector
        order = np.argsort(-cosines, kind="stable")
        papers.append((float(cosines.max()), [one.cite(int(n) + 1) for n in order]))
    return [cited for _, cited in sorted(papers, key=lambda paper: -paper[0])]


def _tries(claim: str, papers: Sequence[Sequence[Citation]]) -> Iterator[tuple[Citation, ...]]:
    """The evidence to try for a sentence, in this order: single sentences, then a few of one paper."""
    rounds = [paper[n] for n in range(_TOGETHER) for paper in papers if n < len(paper)]
    yield from ((citation,) for citation in rounds[:_ALONE])
    for paper in papers:
        many = _covering(claim, paper)
        for count in range(2, len(many) + 1):
            yield tuple(sorted(many[:count], key=lambda citation: citation.start))


def _covering(claim: str, paper: Sequence[Citation]) -> list[Citation]:
    """Greedy cover: sentences of a paper, each with most of the claim's words that the ones before lack."""
    left = tokenize(claim, MAX_CLAIM_CHARS).stems
    words = {citation.start: tokenize(citation.quote, MAX_CLAIM_CHARS).stems for citation in paper}
    chosen: list[Citation] = []
    for _ in range(_TOGETHER):
        best = max(paper, key=lambda citation: len(words[citation.start] & left))
        if not words[best.start] & left:
            break
        chosen.append(best)
        left -= words[best.start]
    return chosen
