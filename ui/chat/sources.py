"""The sources panel beside the chat: every abstract that an answer quotes, with the quotes marked."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.rag.answer import Answer
from footnote.rag.export.readable import byline
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.escape import Quoted, encode, labels_of, mark
from footnote.ui.links import retracted, source_facts

SHORT_QUESTION = 120


def panel(sections: Sequence[str]) -> str:
    """All sections, the newest first and open. HTML as in `ui.chat.render`."""
    head = f'<h2 id="fn-sources-title">{encode(strings.SOURCES)}</h2>'
    if not sections:
        return f'{head}<p class="fn-empty">{encode(strings.SOURCES_EMPTY)}</p>'
    newest, *older = reversed(sections)
    return head + newest.replace("<details>", "<details open>", 1) + "".join(older)


def section(turn: int, answer: Answer) -> str:
    """The papers of turn `turn`: the cited ones in order of their first footnote, or else the nearest."""
    cited = _by_paper(answer)
    if cited:
        papers = [_paper(turn, place, paper, quotes) for place, (paper, quotes) in enumerate(cited, 1)]
        remark = ""
    else:
        papers = [_paper(turn, place, near.paper, ()) for place, near in enumerate(answer.nearest, 1)]
        remark = f'<p class="fn-remark">{encode(strings.NEAREST_PANEL)}</p>' if papers else ""
    if not papers:
        return ""
    question = answer.question.strip()
    if len(question) > SHORT_QUESTION:
        question = question[:SHORT_QUESTION].rstrip() + "…"
    return (
        f'<section class="fn-turn" id="turn-{turn}"><details>'
        f"<summary><span>{encode(strings.QUESTION_NUMBER.format(number=turn))}</span> "
        f"<bdi>{encode(question)}</bdi></summary>{remark}{''.join(papers)}</details></section>"
    )


def _by_paper(answer: Answer) -> list[tuple[Paper, list[Quoted]]]:
    found: dict[str, tuple[Paper, list[Quoted]]] = {}
    for footnote, citation in enumerate(answer.citations, 1):
        _, quotes = found.setdefault(citation.paper.id, (citation.paper, []))
        quotes.append(Quoted(answer.number(footnote), citation.start, citation.end))
    return list(found.values())


def _paper(turn: int, place: int, paper: Paper, quotes: Sequence[Quoted]) -> str:
    return (
        f'<article class="fn-article" id="paper-{turn}-{place}" tabindex="-1">'
        f"<h3>{retracted(paper.retraction)}<bdi>{encode(paper.display_title)}</bdi></h3>"
        f"{_byline(paper)}{source_facts(paper)}"
        f'<p class="fn-abstract">{mark(paper.abstract, quotes, turn, labels_of(paper))}</p>'
        f'<button type="button" class="fn-ask-about" value="{encode(paper.id)}">{encode(strings.ASK_ABOUT)}'
        f'</button> <button type="button" class="fn-back" hidden>{encode(strings.BACK)}</button></article>'
    )


def _byline(paper: Paper) -> str:
    who = byline(paper)
    return f'<p class="fn-facts"><bdi>{encode(who)}</bdi></p>' if who else ""
