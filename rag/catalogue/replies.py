"""What the catalogue says: replies made of counts, dates and titles, as plain text.

Each counts the papers that pass the reader's filters. It returns None where a question that looked like one
to the catalogue isn't one: it names something that the catalogue doesn't know.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from footnote.rag.catalogue.intentions import Intention
from footnote.rag.catalogue.papers import PaperList, named_paper, with_topic
from footnote.rag.catalogue.slots import Slots, before_topic
from footnote.rag.catalogue.wording import (
    SHOWN,
    count_of_papers,
    counted,
    in_years,
    listed,
    more_line,
    per_year,
    title_lines,
    year_of,
)
from footnote.rag.export.readable import readable_date
from footnote.rag.retrieval.author_match import author_names, papers_by
from footnote.rag.retrieval.name_match import named_papers
from footnote.store.authors import displayed
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.papers import Paper

_FEW = 5
_TOPIC_WORDS = 6
"""Words of a topic that no paper has, at most."""
_THE = re.compile(r"^the\s+", re.IGNORECASE)
_NAME_WORDS = 4
"""Words of an author's name, at most."""


@dataclass(frozen=True, kw_only=True)
class CatalogueQuestion:
    """What a reply is made from. cited: papers of the last answer, which "who wrote it?" is about."""

    library: Library
    filters: Filters | None
    slots: Slots
    cited: Sequence[Paper] = ()

    def papers(self) -> PaperList:
        """The papers that pass the reader's filters and the question's years."""
        return PaperList.of(self.library, self.filters, since=self.slots.since, until=self.slots.until)

    def names_something(self) -> bool:
        """Whether it has more than a frame: a name, or several words.

        One ordinary word may be part of a frame that no example has ("represented").
        """
        name = self.slots.name
        if name is None or not name.islower() or " " in name:
            return name is not None
        return bool(named_papers(name, self.library, self.filters))


def reply_to(intention: Intention, question: CatalogueQuestion) -> str | None:
    """The reply; None where the question isn't one to the catalogue after all."""
    return _REPLIES[intention](question)


def papers_of(names: Sequence[str], question: CatalogueQuestion) -> str:
    """The list of the papers that have all of these authors."""
    found = question.papers().among(papers_by(tuple(names), question.library))
    return "\n".join(
        [f"{count_of_papers(len(found))} by {' and '.join(names)}:", *listed(found), *_undated(question)]
    )


def _count(question: CatalogueQuestion) -> str | None:
    topic, name, papers = question.slots.topic, question.slots.name, question.papers()
    if topic is None and name:
        if with_topic(question.library, name):  # "how many papers discuss sycophancy"
            topic = name
        elif question.names_something():
            return None
    where = in_years(question.slots)
    if topic:
        found = papers.among(with_topic(question.library, topic))
        if not found and len(topic.split()) > _TOPIC_WORDS:
            return None
        having = "has" if len(found) == 1 else "have"
        lines = [
            f"{count_of_papers(len(found))}{where} {having} the words “{topic}” in title or abstract.",
            *title_lines(found.newest(_FEW)),
        ]
        return "\n".join([*lines, *_undated(question)])
    if where:
        return "\n".join([f"The library has {count_of_papers(len(papers))}{where}.", *_undated(question)])
    return "\n".join([f"The library has {count_of_papers(len(papers))}.", *per_year(papers)])


def _list(question: CatalogueQuestion) -> str | None:
    topic = question.slots.topic or question.slots.name
    papers, where = question.papers(), in_years(question.slots)
    if topic is None:
        lines = [f"The library has {count_of_papers(len(papers))}{where}, the newest first:"]
        return "\n".join([*lines, *listed(papers), *_undated(question)])
    found = papers.among(with_topic(question.library, topic))
    # Nothing has so many words: they ask something themselves.
    if not found and (not question.slots.topic or len(topic.split()) > _TOPIC_WORDS):
        return None
    if not found:
        return "\n".join(
            [f"No paper{where} has the words “{topic}” in title or abstract.", *_undated(question)]
        )
    having = "has" if len(found) == 1 else "have"
    head = f"{count_of_papers(len(found))}{where} {having} the words “{topic}” in title or abstract"
    lines = [f"{head}, the best match first:"]
    return "\n".join([*lines, *listed(found), *_undated(question)])


def _years(question: CatalogueQuestion) -> str | None:
    topic, papers = question.slots.topic, question.papers()
    if topic is None and question.names_something():
        return None
    if topic:
        papers = papers.among(with_topic(question.library, topic))
    dated = papers.newest()
    if not dated:
        about = f" with the words “{topic}”" if topic else ""
        return f"The library gives no year for any of its {count_of_papers(len(papers))}{about}."
    first, last = year_of(dated[-1]), year_of(dated[0])
    span = first if first == last else f"{first} to {last}"
    about = f" with the words “{topic}”" if topic else ""
    lines = [
        f"The papers{about} are dated {span}.",
        *per_year(papers),
        "The newest:",
        *title_lines(dated[:_FEW]),
    ]
    oldest = dated[_FEW:][: -_FEW - 1 : -1]
    return "\n".join([*lines, *(["The oldest:", *title_lines(oldest)] if oldest else [])])


def _date(question: CatalogueQuestion) -> str | None:
    papers = _meant(question)
    if not papers:
        return None
    return "\n".join(
        f"“{paper.display_title}” is dated {readable_date(paper.date)}."
        if paper.date
        else f"The library gives no date for “{paper.display_title}”."
        for paper in papers
    )


def _sources(question: CatalogueQuestion) -> str | None:
    if question.slots.name and len(question.slots.name.split()) > _NAME_WORDS:
        return None
    papers = question.papers()
    pages = papers.pages()
    if not pages:
        return f"The library doesn't say where its {count_of_papers(len(papers))} come from."
    several = " A paper can be in several." if sum(pages.values()) > len(papers) else ""
    lines = [f"- {page}: {count_of_papers(count)}" for page, count in pages.most_common(SHOWN)]
    head = f"The {count_of_papers(len(papers))} were read from {counted(len(pages), 'file')}.{several}"
    return "\n".join([head, *lines, *more_line(len(pages) - SHOWN)])


def _authors(question: CatalogueQuestion) -> str | None:
    name, everything = question.slots.name, question.papers()
    authors = Counter(author for names in everything.authors().values() for author in names)
    if name is None and not question.cited:
        if not authors:
            return "The library records no authors of its papers."
        lines = [
            f"- {displayed(author)}: {count_of_papers(count)}" for author, count in authors.most_common(SHOWN)
        ]
        head = f"The library records {counted(len(authors), 'author')}. Those with most papers:"
        return "\n".join([head, *lines, *more_line(len(authors) - SHOWN)])
    if name and question.slots.person:
        return _by(question, name, everything)
    papers = _meant(question)
    if not papers:
        return None
    return "\n".join(_written_by(paper) for paper in papers)


def _by(question: CatalogueQuestion, name: str, everything: PaperList) -> str | None:
    name, topic = _THE.sub("", before_topic(name)), question.slots.topic
    if len(name.split()) > _NAME_WORDS:
        return None
    if not everything.authors():
        return f"The library records no authors, so papers by {name} can't be looked up."
    names = author_names(name)
    found = everything.among(papers_by(names, question.library) if names else [])
    if not found.entries:
        return f"No paper of the library names {name} as an author."
    found = found.among(with_topic(question.library, topic)) if topic else found
    about = f" with the words “{topic}” in title or abstract" if topic else ""
    head = f"{count_of_papers(len(found))} by {' and '.join(names)}{about}{':' if found.entries else '.'}"
    return "\n".join([head, *listed(found), *_undated(question)])


def _written_by(paper: Paper) -> str:
    if not paper.authors:
        return f"The library records no authors of “{paper.display_title}”."
    more = (paper.author_count or 0) - len(paper.authors)
    others = f" and {more} more" if more > 0 else ""
    names = ", ".join(map(displayed, paper.authors))
    return f"“{paper.display_title}” is by {names}{others}."


def _venues(question: CatalogueQuestion) -> str | None:
    name, papers = question.slots.name, question.papers()
    known = Counter(papers.venues().values())
    if not question.names_something() and not question.cited:
        if not known:
            return "The library records no journals or conferences of its papers."
        lines = [f"- {venue}: {count_of_papers(count)}" for venue, count in known.most_common(SHOWN)]
        head = f"The library records {counted(len(known), 'venue')}. Those with most papers:"
        return "\n".join([head, *lines, *more_line(len(known) - SHOWN)])
    if meant := _meant(question):
        return "\n".join(map(_published_in, meant))
    # A venue is a name: "NeurIPS", "Nature Medicine". Anything longer is a question of its own.
    if name is None or not all(word[:1].isupper() for word in name.split()):
        return None
    if (names := author_names(name)) and papers_by(names, question.library):
        return papers_of(names, question)  # "which papers did Köhler publish?"
    if not known:
        return f"The library records no journals or conferences, so papers from {name} can't be looked up."
    found = papers.among(question.library.lexical.passing(Filters(venues=(name,))))
    if not len(found):
        return f"No paper of the library is recorded as published in {name}."
    return "\n".join([f"{count_of_papers(len(found))} from {name}:", *listed(found), *_undated(question)])


def _published_in(paper: Paper) -> str:
    if paper.venue:
        return f"“{paper.display_title}” was published in {paper.venue}."
    return f"The library records no journal or conference of “{paper.display_title}”."


def _topics(question: CatalogueQuestion) -> str | None:
    if question.names_something() or question.slots.topic:
        return None
    papers = question.papers()
    head = f"The library has {count_of_papers(len(papers))}."
    sources = papers.pages()
    facts = [
        *per_year(papers),
        *([f"They were read from {counted(len(sources), 'file')}."] if sources else []),
    ]
    paper_map = question.library.map
    if paper_map is None:
        return "\n".join([head, *facts])
    there = set(papers.ids)
    sizes = Counter(int(n) for p, n in zip(paper_map.papers, paper_map.labels, strict=True) if p in there)
    topics = [
        f"- {', '.join(paper_map.names[n])}: {size}" for n, size in sizes.most_common() if paper_map.names[n]
    ]
    return "\n".join([head, *facts, *(["Their topics, by number of papers:"] if topics else []), *topics])


def _abilities(question: CatalogueQuestion) -> str | None:
    if question.names_something() and (question.slots.name or "").casefold() != "footnote":
        return None
    papers = count_of_papers(len(question.papers()))
    return (
        f"I answer questions from the abstracts of {papers} in this library. Every sentence of an answer has "
        "a footnote to the exact words of an abstract; where the papers don't answer, I say so. I read "
        "abstracts only, no whole papers and no web.\n"
        "You can ask what the papers found or propose, compare methods, ask about a paper by its name, or "
        "ask about the library itself: how many papers it has, from which years, on which topics."
    )


def _greeting(question: CatalogueQuestion) -> str | None:
    return f"Hello! Ask me something about the {count_of_papers(len(question.papers()))} in this library."


def _thanks(_: CatalogueQuestion) -> str | None:
    return "You're welcome."


_REPLIES: Mapping[Intention, Callable[[CatalogueQuestion], str | None]] = {
    "count": _count,
    "list": _list,
    "years": _years,
    "date": _date,
    "sources": _sources,
    "authors": _authors,
    "venues": _venues,
    "topics": _topics,
    "abilities": _abilities,
    "greeting": _greeting,
    "thanks": _thanks,
}


def _meant(question: CatalogueQuestion) -> list[Paper]:
    """The paper that the question names, or those that the last answer cited."""
    name = question.slots.name
    if name is None:
        return list(question.cited)
    paper = named_paper(name, question.library, question.filters)
    return [paper] if paper else []


def _undated(question: CatalogueQuestion) -> list[str]:
    """A sentence on papers that a question with years can't count, for want of a year."""
    if not (question.slots.since or question.slots.until):
        return []
    papers = PaperList.of(question.library, question.filters)
    without = sum(year is None for year in papers.years())
    if not without:
        return []
    return [f"{without} of the library's {count_of_papers(len(papers))} have no year and aren't counted."]
