"""Hostile text (scripts, markup, control characters), and answers that contain it."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from footnote.rag.answer import Answer, AnswerWarning, Citation, Claim, Nearest, WarningKind
from footnote.store.papers import Paper

HOSTILE = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<img src=http://outside.example/a.png>",
    "</p></div></mark><h1>out</h1>",
    "<!-- comment --> <![CDATA[x]]> <!DOCTYPE html>",
    "![i](http://outside.example/i.png)",
    "[link](javascript:window.pwned=1)",
    "<javascript:window.pwned=1>",
    "http://outside.example/x www.outside.example me@outside.example",
    "$x^2$ and $$\\href{javascript:window.pwned=1}{y}$$ and \\(z\\)",
    "`code` ~~~\nfence\n~~~ **bold** _it_ # head\n# head\n1. one\n- two\n> three\n| a | b |\n|---|---|",
    "${window.pwned=1} {{constructor}} {% raw %}",
    "&lt;b&gt; &amp;amp; &#60; &nbsp",
    '" onmouseover="window.pwned=1" \' onclick=\'window.pwned=1',
    "\u202eevil\u202c \u2066isolate \u200bzero\u200dwidth\ufeff",
    "line\n\nbreak\r\n\r\n    indented\ttab",
    "a" * 300,
)

words = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=80)).filter(str.strip)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    return Paper(
        id=draw(st.uuids().map(str)),
        title=draw(words),
        abstract=" ".join(draw(st.lists(words, min_size=1, max_size=4))),
        date=draw(st.sampled_from([None, "2024", "2024-10", "2024-10-09", "--10-09"])),
        arxiv=draw(st.none() | words),
        doi=draw(st.none() | words),
        pmid=draw(st.none() | words),
        pages=tuple(draw(st.lists(words, max_size=3))),
    )


warnings = st.builds(AnswerWarning, kind=st.sampled_from(get_args(WarningKind)), text=words)


@st.composite
def spans(draw: st.DrawFn, length: int) -> tuple[int, int]:
    start = draw(st.integers(0, length - 1))
    return start, draw(st.integers(start + 1, length))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Answers of every status, quoting and composed, in which all text may be hostile."""
    library = draw(st.lists(papers(), min_size=1, max_size=3, unique_by=lambda p: p.id))
    citations: list[Citation] = []
    claims: list[Claim] = []
    for paper in draw(st.lists(st.sampled_from(library), max_size=6)):
        citations.append(Citation.of(paper, *draw(spans(len(paper.abstract)))))
        quoted = draw(st.booleans())
        claims.append(
            Claim(
                text=citations[-1].quote if quoted else draw(words),
                citations=(len(citations),),
                verdict="quoted" if quoted else "checked",
                lead=draw(st.none() | words) if quoted else None,
                quoted=quoted,
            )
        )
    mode = draw(st.sampled_from(["extractive", "llm"]))
    return Answer(
        question=draw(words),
        standalone=draw(words),
        status=draw(st.sampled_from(["answered", "partial", "closest"])) if claims else "unsupported",
        claims=tuple(claims),
        citations=tuple(citations),
        nearest=() if claims else tuple(Nearest(paper=paper, score=0.5) for paper in library),
        confidence=draw(st.none() | st.floats(0, 1)),
        mode=mode,
        model=draw(words) if mode == "llm" else None,
        warnings=tuple(draw(st.lists(warnings, max_size=2))),
    )
