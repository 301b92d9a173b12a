"""The language of short questions."""

from __future__ import annotations

import pytest

from footnote.eval.questions import SHORT, read_questions
from footnote.rag.language.detection import foreign_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie funktioniert URIAL?", "German"),
        ("Comment fonctionne DPO ?", "French"),
        ("¿Cómo se reduce el sesgo de posición?", "Spanish"),
        ("Quanti esempi servono a URIAL?", "Italian"),
        ("Hoe werkt DPO?", "Dutch"),
        ("Jak działa RLHF?", "Polish"),
        ("Что такое RLHF?", "Russian"),
        ("URIAL 是什么?", "Chinese"),
    ],
)
def test_short_questions_with_names(text: str, language: str) -> None:
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "How do URIAL and Magpie differ?",
        "reward hacking mitigation",
        "Compare PORTIA and PINE.",
        "RLHF",
        "",
        "123 ?",
    ],
)
def test_english_with_names_is_english(text: str) -> None:
    assert foreign_language(text) is None


def test_no_short_question_that_ships_is_foreign() -> None:
    assert not [q.question for q in read_questions(SHORT).questions if foreign_language(q.question)]
