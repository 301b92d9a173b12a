"""Years, topics and names of questions to the catalogue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.catalogue.slots import read_slots


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("how many papers from 2024?", 2024, 2024),
        ("papers since 2023", 2023, None),
        ("papers after 2023", 2024, None),
        ("papers before 2020", None, 2019),
        ("papers up to 2020", None, 2020),
        ("papers between 2020 and 2022", 2020, 2022),
        ("papers 2022-2020", 2020, 2022),
        ("papers dated 2023 or later", 2023, None),
        ("how many papers are there?", None, None),
        ("papers on 12345 things", None, None),
    ],
)
def test_years(question: str, since: int | None, until: int | None) -> None:
    slots = read_slots(question)
    assert (slots.since, slots.until) == (since, until)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("list all papers about reward hacking since 2023", "reward hacking"),
        ("how many papers about RLHF are there in this library?", "RLHF"),
        ("2022-2024 papers on model size", "model size"),
        ("Which papers do you have on “position bias”?", "position bias"),
        ("how many papers are there?", None),
    ],
)
def test_topics(question: str, topic: str | None) -> None:
    assert read_slots(question).topic == topic


@pytest.mark.parametrize(
    ("question", "name", "person"),
    [
        ("who wrote URIAL?", "URIAL", False),
        ("who are the authors of Alignment for Honesty", "Alignment for Honesty", False),
        ("papers by Percy Liang", "Percy Liang", True),
        ("show me percy liang's papers", "percy liang", True),
        ("which papers deal with sleep deprivation?", "sleep deprivation", False),
        ('when was "Alignment for Honesty" published?', "Alignment for Honesty", True),
        ("who wrote it?", None, False),
    ],
)
def test_names(question: str, name: str | None, person: bool) -> None:
    slots = read_slots(question)
    assert (slots.name, slots.person) == (name, person)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    slots = read_slots(text)
    assert slots.since is None or slots.until is None or slots.since <= slots.until
