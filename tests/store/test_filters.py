"""Filters: what they refuse, how dates that say little fit a range, and how they put it in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from footnote.store.filters import MAX_IDS, Days, Filters, days
from footnote.store.lexical import TantivyIndex
from footnote.store.papers import Paper
from tests.store.filter_oracle import dates, passes, span

DATED = [
    None, "--02-29", "--12-31", "2023", "2023-12", "2023-12-31", "2024", "2024-01", "2024-01-01", "2024-02",
    "2024-02-28", "2024-02-29", "2024-03-01", "2024-12-31", "2025", "2025-02", "2025-02-28", "2025-03-01",
]  # fmt: skip
PAPERS = [
    Paper(id=f"p{n}", title=f"Bees {n}", abstract="Bees dance.", date=date, pages=("hive.txt",))
    for n, date in enumerate(DATED)
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TantivyIndex:
    """An index of papers dated as exactly as papers may be."""
    made = TantivyIndex(tmp_path_factory.mktemp("lexical"))
    made.add(PAPERS)
    return made


def dated(index: TantivyIndex, **limits: str) -> list[str | None]:
    """The dates of the papers that pass the limits, in order."""
    found = set(index.passing(Filters(**limits)))  # type: ignore[arg-type]
    return [paper.date for paper in PAPERS if paper.id in found]


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2024", 20240101, 20241231),
        ("2024-02", 20240201, 20240229),
        ("2023-02", 20230201, 20230228),
        ("1900-02", 19000201, 19000228),
        ("2000-02", 20000201, 20000229),
        ("2024-12", 20241201, 20241231),
        ("2024-02-29", 20240229, 20240229),
        ("0001", 10101, 11231),
        ("9999-12", 99991201, 99991231),
    ],
)
def test_a_date_means_its_first_to_its_last_day(date: str, first: int, last: int) -> None:
    assert days(date) == Days(first, last)


@given(dates(), dates())
def test_days_stand_in_the_order_of_the_calendar(one: str, other: str) -> None:
    for mine, theirs in zip(days(one), span(one), strict=True):
        assert mine == int(f"{theirs:%Y%m%d}")
    assert (days(one).first <= days(other).last) == (span(one)[0] <= span(other)[1])


def test_both_ends_of_a_range_count(index: TantivyIndex) -> None:
    assert dated(index, since="2024-02-28", until="2024-03-01") == [
        "2024", "2024-02", "2024-02-28", "2024-02-29", "2024-03-01",
    ]  # fmt: skip
    assert dated(index, since="2024-02-29", until="2024-02-29") == ["2024", "2024-02", "2024-02-29"]


def test_a_month_or_year_fits_where_any_day_of_it_does(index: TantivyIndex) -> None:
    assert "2024-02" in dated(index, since="2024-02-29")
    assert "2024-02" not in dated(index, since="2024-03-01")
    assert "2024" in dated(index, until="2024-01-01")
    assert "2024" not in dated(index, until="2023-12-31")


def test_a_limit_that_is_a_month_or_year_takes_all_of_it_in(index: TantivyIndex) -> None:
    assert dated(index, until="2023") == ["2023", "2023-12", "2023-12-31"]
    assert dated(index, since="2025") == ["2025", "2025-02", "2025-02-28", "2025-03-01"]
    assert dated(index, since="2025-02", until="2025-02") == ["2025", "2025-02", "2025-02-28"]


def test_a_paper_whose_year_is_not_known_fits_no_range(index: TantivyIndex) -> None:
    assert dated(index, since="0001") == dated(index, until="9999") == DATED[3:]


@given(since=st.none() | dates(), until=st.none() | dates())
def test_the_index_keeps_the_papers_that_the_calendar_keeps(
    index: TantivyIndex, since: str | None, until: str | None
) -> None:
    if since and until and span(since)[0] > span(until)[1]:
        since, until = until, since
    filters = Filters(since=since, until=until)
    expected = {paper.id for paper in PAPERS if passes(paper, filters)}
    assert index.among({paper.id for paper in PAPERS}, filters) == expected
    assert index.count(filters) == len(expected)
    if filters:
        assert set(index.passing(filters)) == expected


@pytest.mark.parametrize(
    "date",
    ["", "24", "2024-13", "2024-00", "2023-02-29", "2024-2-1", "2024-02-30", "0000", "2024-10-09T00:00",
     " 2024", "2024\n", "--10-09", "-", "２０２４", "2024 OR 1=1", "yesterday", "9" * 10_000],
)  # fmt: skip
@pytest.mark.parametrize("limit", ["since", "until"])
def test_what_is_no_date_with_a_year_is_refused(limit: str, date: str) -> None:
    with pytest.raises(ValidationError, match="write YYYY, YYYY-MM or YYYY-MM-DD"):
        Filters(**{limit: date})


@pytest.mark.parametrize(
    ("since", "until"), [("2024", "2023"), ("2024-03-01", "2024-02"), ("2024-02-29", "2024-02-28")]
)
def test_a_range_cannot_end_before_it_begins(since: str, until: str) -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        Filters(since=since, until=until)


@pytest.mark.parametrize(
    ("since", "until"),
    [("2024", "2024"), ("2024", "2024-03"), ("2024-05", "2024"), ("2024-05-31", "2024-05")],
)
def test_a_range_of_part_of_a_year_or_month_is_one(since: str, until: str) -> None:
    assert Filters(since=since, until=until)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pages": ("x" * 401,)},
        {"only": ("x" * 201,)},
        {"exclude": ("x" * 201,)},
        {"only": ("x",) * (MAX_IDS + 1)},
        {"exclude": ("x",) * (MAX_IDS + 1)},
        {"pages": ("x",) * (MAX_IDS + 1)},
        {"pages": "hive.txt"},
        {"only": (7,)},
        {"only": ("\ud800",)},
        {"pages": ("\ud800",)},
        {"author": "Bee"},
    ],
)
def test_what_is_too_much_or_no_text_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Filters.model_validate(wrong)


def test_filters_are_true_where_they_restrict() -> None:
    assert not Filters()
    assert not Filters(pages=(), exclude=())
    for restricting in (
        Filters(since="2024"), Filters(until="2024"), Filters(pages=("a",)), Filters(exclude=("a",)),
        Filters(only=("a",)), Filters(only=()),
    ):  # fmt: skip
        assert restricting


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(), "all papers"),
        (Filters(since="2023"), "papers dated 2023 or later"),
        (Filters(until="2023-05"), "papers dated 2023-05 or earlier"),
        (Filters(since="2023", until="2024"), "papers dated 2023 to 2024"),
        (Filters(since="2023", until="2023"), "papers dated 2023"),
        (Filters(pages=("a", "b")), "papers listed by a or b"),
        (Filters(pages=("a", "b", "c", "d", "e")), "papers listed by a or b or c or 2 more"),
        (Filters(only=("a", "a", "b")), "papers among the 2 chosen"),
        (
            Filters(until="2023", only=("a",), exclude=("b",)),
            "papers dated 2023 or earlier, among the 1 chosen, other than the 1 left out",
        ),
    ],
)
def test_filters_say_what_they_are_in_a_line(filters: Filters, words: str) -> None:
    assert str(filters) == words


def test_the_line_stays_short() -> None:
    assert len(str(Filters(pages=("x" * 400,) * 100, only=("y" * 200,) * 100))) < 300


def test_filters_survive_being_written_and_read() -> None:
    filters = Filters(since="2023-05", until="2024", pages=("a",), only=(), exclude=("b",))
    assert Filters.model_validate_json(filters.model_dump_json()) == filters
