"""Systems of others: a function that answers a question, or a TREC run file of rankings."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.eval.datasets.gold import find_places
from footnote.eval.errors import OutsideSystemError
from footnote.eval.questions import Question
from footnote.eval.systems.system import KEPT, Cited, SystemAnswer, SystemFacts
from footnote.rag.answer import REFUSAL, Answer, Status, Usage
from footnote.store.papers import Paper, title_key


class _Given(BaseModel):
    """What a function may return, as an object or a mapping with these names."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class GivenCitation(_Given):
    """A paper by its id or title, and the words of its abstract that are quoted, if any."""

    paper: str
    quote: str = ""


class GivenAnswer(_Given):
    """An answer; `ranking` has ids or titles, best first. status: default: from what is cited."""

    text: str
    citations: tuple[GivenCitation, ...] = ()
    ranking: tuple[str, ...] | None = None
    shown: tuple[str, ...] = ()
    status: Status | None = None
    confidence: float | None = None
    usage: Usage | None = None


class FunctionSystem:
    """A function of a question: str → `Answer`, str, or what `GivenAnswer` reads; sync or async."""

    def __init__(self, place: str, papers: Iterable[Paper]) -> None:
        """place: `module:function`; the module is looked for in the current folder too.

        Raises OutsideSystemError where it can't be imported.
        """
        self._function = _imported(place)
        self._papers = {paper.id: paper for paper in papers}
        self._by_title = {title_key(paper.title): paper for paper in self._papers.values()}
        source = inspect.getsourcefile(inspect.unwrap(self._function))
        code = Path(source).read_bytes() if source else place.encode()
        self.facts = SystemFacts(name=place, mode="extractive", code=hashlib.sha256(code).hexdigest()[:12])
        self.secrets: tuple[str, ...] = ()

    async def warm_up(self, title: str) -> None:
        """Nothing: what the function loads is not known."""

    async def answer(self, question: Question) -> SystemAnswer:
        """The function's answer; raises OutsideSystemError for one that can't be read."""
        if inspect.iscoroutinefunction(self._function):
            given = await self._function(question.question)
        else:
            given = await asyncio.to_thread(self._function, question.question)
        if isinstance(given, Answer):
            return SystemAnswer.of(given, shown=0)
        if isinstance(given, str):
            given = GivenAnswer(text=given)
        try:
            return self._read(GivenAnswer.model_validate(given))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"])) or "the answer"
            raise OutsideSystemError(
                f"{self.facts.name} returned what is no answer: {field}: {first['msg']}"
            ) from None

    def _read(self, given: GivenAnswer) -> SystemAnswer:
        refused = not given.text.strip() or given.text.strip().startswith(REFUSAL)
        return SystemAnswer(
            ranking=None if given.ranking is None else tuple(map(self._id, given.ranking[:KEPT])),
            shown=tuple(map(self._id, given.shown)),
            text=given.text,
            status=given.status or ("unsupported" if refused else "answered"),
            confidence=given.confidence,
            citations=tuple(map(self._cited, given.citations)),
            usage=given.usage,
        )

    def _cited(self, citation: GivenCitation) -> Cited:
        """The citation with the place of its quote; one that isn't verbatim has the place 0 to 0."""
        ident = self._id(citation.paper)
        paper = self._papers.get(ident)
        places = find_places(paper.abstract, citation.quote) if paper and citation.quote else ()
        start, end = places[0] if places else (0, 0)
        return Cited(paper=ident, start=start, end=end, quote=citation.quote)

    def _id(self, name: str) -> str:
        """The id of the paper with this id or title; another name stays as it is, and is no paper."""
        if name in self._papers:
            return name
        paper = self._by_title.get(title_key(name))
        return paper.id if paper else name


def _imported(place: str) -> Callable[[str], Any]:
    module, _, name = place.partition(":")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise OutsideSystemError(
            f"--system {place}: {error}: give module:function, as in `my_rag:answer`"
        ) from error
    if not callable(found):
        raise OutsideSystemError(f"--system {place}: {name} is no function")
    return found  # type: ignore[no-any-return]


class TrecSystem:
    """Rankings of a TREC run file: it answers nothing, so that only the rankings are measured."""

    def __init__(self, file: Path) -> None:
        """Raises OutsideSystemError for a file or a line that can't be read."""
        self._rankings, digest = read_trec(file)
        self.facts = SystemFacts(name=f"trec:{file.name}", mode="extractive", code=digest)
        self.secrets: tuple[str, ...] = ()

    async def warm_up(self, title: str) -> None:
        """Nothing is loaded."""

    async def answer(self, question: Question) -> SystemAnswer:
        """The ranking of the question's id; a question that the file lacks has an empty one."""
        return SystemAnswer(ranking=self._rankings.get(question.id, ())[:KEPT])


def read_trec(file: Path) -> tuple[dict[str, tuple[str, ...]], str]:
    """Papers by question, highest score first, and a digest of the file. Raises OutsideSystemError.

    A line is "question Q0 paper rank score tag"; equal scores fall by rank.
    """
    try:
        data = file.read_bytes()
        lines = data.decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OutsideSystemError(f"{file} can't be read: {error}") from error
    rows: dict[str, list[tuple[float, int, str]]] = {}
    for number, line in enumerate(lines, start=1):
        try:
            question, _, paper, rank, score, *_ = line.split()
            rows.setdefault(question, []).append((-float(score), int(rank), paper))
        except ValueError:
            if line.strip():
                raise OutsideSystemError(
                    f'{file}:{number}: write "question Q0 paper rank score tag" with a blank between'
                ) from None
    rankings = {q: tuple(dict.fromkeys(paper for *_, paper in sorted(ranked))) for q, ranked in rows.items()}
    return rankings, hashlib.sha256(data).hexdigest()[:12]


def trec_lines(rankings: Mapping[str, Iterable[str]], tag: str) -> str:
    """Rankings as a TREC run file; the score is 1 / rank, since answers keep the order alone."""
    tag = "_".join(tag.split())
    return "".join(
        f"{question} Q0 {paper} {rank} {1 / rank:.6f} {tag}\n"
        for question, ranked in rankings.items()
        for rank, paper in enumerate(ranked, start=1)
    )
