"""Answers as HTML: what a notebook shows, where links lead, and that no word is markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given

from footnote.rag.answer import Answer, Cell, Citation, Claim, Nearest
from footnote.rag.export.readable import line
from footnote.store.papers import Paper
from tests.rag.hostile import HOSTILE

TAGS = {
    "div",
    "p",
    "strong",
    "blockquote",
    "sup",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "ul",
    "li",
}


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str) -> list[str | None]:
        return [value for key, value in self.attributes if key == name]


def answer_with(words: str, *, cell: Cell | None = None, numbers: tuple[int, ...] = ()) -> Answer:
    paper = Paper(id="p", title=words, abstract=words)
    return Answer(
        question=words,
        standalone=words,
        status="partial",
        claims=(
            Claim(text=words, citations=(1,), verdict="quoted", lead=words, quoted=True),
            Claim(text=words, citations=(1, 2), against=(2,), verdict="checked", cell=cell),
        ),
        citations=(Citation.of(paper, 0, len(words)), Citation.of(paper, 0, 1)),
        numbers=numbers,
        left_open=words,
        mode="extractive",
        warnings=(words,),  # type: ignore[arg-type]
    )


def test_footnote_numbers_lead_to_the_footnotes_of_the_same_output() -> None:
    page = Page(answer_with("It helps.", numbers=(7, 3))._repr_html_())
    assert [href and href[1:] for href in page.of("href")] == [page.of("id")[n] for n in (0, 0, 1, 1)]
    assert "[7] It helps.: “It helps.”" in page.text
    assert "(but compare [3])" in page.text


def test_two_answers_in_one_notebook_share_no_id() -> None:
    first, second = (Page(answer_with(words).to_html()) for words in ("It helps.", "It harms."))
    assert not set(first.of("id")) & set(second.of("id"))


def test_a_table_stays_a_table() -> None:
    page = Page(answer_with("fast", cell=Cell(row="DPO", column="Speed")).to_html())
    assert page.tags.count("td") == 1
    assert "SpeedDPOfast[1][2]" in page.text


def test_a_refusal_shows_the_nearest_papers() -> None:
    paper = Paper(id="p", title="On <b>bees</b>", abstract="Bees.")
    refused = Answer(
        question="Why?", standalone="Why?", status="unsupported", mode="extractive",
        nearest=(Nearest(paper=paper, score=0.2),),
    )  # fmt: skip
    page = Page(refused.to_html())
    assert page.tags.count("li") == 1
    assert "On <b>bees</b>" in page.text


@given(HOSTILE.filter(lambda words: any(c.isalnum() for c in line(words))))
def test_no_word_of_a_paper_reader_or_model_is_markup(words: str) -> None:
    for cell in (None, Cell(row=words, column=words)):
        page = Page(answer_with(words, cell=cell).to_html())
        assert set(page.tags) <= TAGS
        assert {key for key, _ in page.attributes} <= {"id", "href"}
        assert all(href and href[1:] in page.of("id") for href in page.of("href"))
        assert page.open == []
        assert line(words).encode("utf-8", "replace").decode() in page.text


def test_jupyter_gets_markdown_too() -> None:
    answer = answer_with("It helps.")
    assert answer._repr_markdown_() == answer.to_markdown()
