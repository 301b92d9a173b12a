"""A question as it is searched without a model: its spelling, and its language."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.rag.answer import AnswerWarning
from footnote.rag.language.detection import foreign_language, has_foreign_words
from footnote.rag.language.stopwords import FOREIGN_STOP_WORDS
from footnote.rag.retrieval.name_match import named_papers
from footnote.rag.retrieval.spelling import check_spelling
from footnote.store.library import Library


@dataclass(frozen=True, kw_only=True)
class QuestionReading:
    """The question to search for, and warnings about how it was read.

    foreign: whether it is in another language than English, of which nothing but names was read.
    """

    question: str
    warnings: tuple[AnswerWarning, ...] = ()
    foreign: bool = False


def read_question(question: str, library: Library, *, model: bool) -> QuestionReading:
    """The question with its spelling corrected; of a foreign question, the names that the library knows.

    model: whether a chat model reads the question, which understands other languages.
    """
    checked = check_spelling(question, library)
    # A question of English words that are known needs no look at what language it is.
    doubtful = checked.unknown or checked.corrected or has_foreign_words(question)
    language = foreign_language(question) if doubtful else None
    if language:
        return QuestionReading(question=question) if model else _of_names(question, language, library)
    if not checked.corrected:
        return QuestionReading(question=checked.question)
    warning = AnswerWarning(kind="spelling", text=f"Searched as: {checked.question}")
    return QuestionReading(question=checked.question, warnings=(warning,))


def _of_names(question: str, language: str, library: Library) -> QuestionReading:
    named = [each.name for each in named_papers(question, library) if each.subject]
    names = [name for name in named if name.casefold() not in FOREIGN_STOP_WORDS]
    read = f" Only {' and '.join(f'“{name}”' for name in names)} was looked up." if names else ""
    text = f"This question seems to be in {language}. Without a chat model, only English questions are read."
    warning = AnswerWarning(kind="language", text=text + read)
    return QuestionReading(question=" ".join(names) or question, warnings=(warning,), foreign=True)
