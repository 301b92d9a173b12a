"""A folder with papers and the questions over them, as a library that is made once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from footnote.eval.datasets.kept_library import index_stamp
from footnote.eval.questions import QuestionSet, read_questions
from footnote.eval.runs.files import using
from footnote.store.ingest import ingest
from footnote.store.library import Library
from footnote.store.progress import Progress

PAPERS = "papers.jsonl"
QUESTIONS = "questions.jsonl"


@contextmanager
def question_library(
    folder: Path, cache: Path, *, progress: Progress | None = None
) -> Iterator[tuple[QuestionSet, Library]]:
    """The questions of `questions.jsonl` and a library of `papers.jsonl`, both in `folder`.

    The library lies in a folder of `cache` that names its papers and the index; one that was cut off goes
    on. progress: called with (papers indexed, papers to index). Raises QuestionSetError, CorpusError,
    LibraryError, RunError for a file that can't be read.
    """
    questions = read_questions(folder / QUESTIONS)
    papers = folder / PAPERS
    with using(papers):
        digest = hashlib.sha256(papers.read_bytes())
    digest.update(index_stamp().encode())
    with closing(Library(cache / digest.hexdigest()[:16])) as library:
        ingest(library, [papers], progress=progress)
        yield questions, library
