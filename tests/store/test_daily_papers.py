"""Saved Daily Papers pages: what each oddity of theirs is read as."""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import MAX_ABSTRACT_CHARS, Listing, title_key
from footnote.store.readers import MAX_FILE_BYTES, read_file
from footnote.store.readers.daily_papers import parse_page as entries_of_page
from footnote.store.readers.read_result import ReadFile, collect

TOP = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\n" + (
    "byAK and the research community\n\nJul 30\n\n"
)
SHIPPED = {
    "000_33191604a80920a0.txt": 64,
    "001_f2f8f320e3653e22.txt": 119,
    "002_74121ab51abee910.txt": 79,
    "003_56305f567074a4b2.txt": 60,
    "004_d42fd8428c9aa1e9.txt": 86,
}
PAGES = {name: files("footnote.store.corpus").joinpath(name).read_text("utf-8") for name in SHIPPED}


def parse_page(text: str, source: str, page_year: int | None = None) -> ReadFile:
    return collect(entries_of_page(text, source, page_year), source)


def read(text: str, page_year: int | None = None) -> tuple[Listing, ...]:
    reading = parse_page(text, "page.txt", page_year)
    assert reading.refused == ()
    return reading.listings


def pairs(text: str) -> list[tuple[str, str]]:
    return [(listing.title, listing.abstract) for listing in read(text)]


# The pages that ship


@pytest.mark.parametrize("name", SHIPPED)
def test_each_shipped_page_yields_its_listings_and_refuses_nothing(name: str) -> None:
    reading = parse_page(PAGES[name], name)
    assert (len(reading.listings), reading.refused) == (SHIPPED[name], ())


def test_shipped_pages_list_295_distinct_titles() -> None:
    keys = {title_key(listing.title) for name in SHIPPED for listing in read(PAGES[name])}
    assert len(keys) == 295


@pytest.mark.parametrize("name", SHIPPED)
def test_title_and_abstract_stand_verbatim_at_the_line_that_is_named(name: str) -> None:
    lines = PAGES[name].split("\n")
    for listing in read(PAGES[name]):
        assert listing.title in lines[listing.line - 1]
        assert listing.abstract in lines[listing.line : listing.line + 2]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(SHIPPED)), st.data())
def test_blank_lines_more_or_fewer_change_no_listing(name: str, data: st.DataObject) -> None:
    lines = [line for line in PAGES[name].split("\n") if line.strip()]
    blank = data.draw(st.lists(st.sampled_from(["", "", "\n", " \t\n\n"]), min_size=7, max_size=40))
    respaced = "".join(f"{blank[at % len(blank)]}{line}\n" for at, line in enumerate(lines))
    as_shipped = [listing.model_dump(exclude={"line"}) for listing in read(PAGES[name])]
    assert [listing.model_dump(exclude={"line"}) for listing in read(respaced)] == as_shipped


@pytest.mark.parametrize("name", SHIPPED)
def test_an_entry_whose_abstract_is_lost_takes_no_other_with_it(name: str) -> None:
    whole = read(PAGES[name])
    lost = whole[len(whole) // 2]
    for left in ["", "\n"]:
        page = PAGES[name].replace(lost.abstract + "\n", left, 1)
        reading = parse_page(page, name)
        kept = [(listing.title, listing.abstract) for listing in reading.listings]
        assert kept == [(listing.title, listing.abstract) for listing in whole if listing is not lost]
        assert [error.line for error in reading.refused] == [lost.line]
        assert lost.title[:50] in str(reading.refused[0])


def test_organisations_and_comments_of_the_shipped_pages_are_read() -> None:
    listings = {listing.title: listing for listing in read(PAGES["002_74121ab51abee910.txt"])}
    nash = listings["Multiplayer Nash Preference Optimization"]
    assert (nash.organisation, nash.author_count, nash.date, nash.comments) == (
        "Stanford NLP", None, "--09-27", 2)  # fmt: skip
    villains = listings["Too Good to be Bad: On the Failure of LLMs to Role-Play Villains"]
    assert (villains.organisation, villains.date, villains.comments) == ("Tencent", "--11-06", 7)
    game = listings["GTAlign: Game-Theoretic Alignment of LLM Assistants for Mutual Welfare"]
    assert (game.organisation, game.author_count, game.date, game.comments) == (None, None, None, None)
    modality = next(title for title in listings if title.startswith("Deciphering Cross-Modal"))
    assert (listings[modality].author_count, listings[modality].date, listings[modality].comments) == (
        9, "2024-10-09", 2)  # fmt: skip


# Furniture


def test_page_furniture_is_no_listing() -> None:
    assert pairs(TOP + "On Sheep\n\nWe count sheep.\n") == [("On Sheep", "We count sheep.")]


def test_a_first_title_glued_to_subscribe_is_parted_from_it() -> None:
    top = "Get trending papers in your email inbox once a day!\nGet trending papers in your email inbox!\n"
    assert pairs(f"{top}SubscribeReason4Rec: A Plan\nWe plan.\n")[0][0] == "Reason4Rec: A Plan"
    assert pairs(f"{top}Subscribe$i$REPO: A Plan\nWe plan.\n")[0][0] == "$i$REPO: A Plan"
    assert pairs(f"{top}Subscribein2IN: A Plan\nWe plan.\n")[0][0] == "in2IN: A Plan"


@pytest.mark.parametrize("title", ["Subscribe to Churn", "Subscribers Leave", "Subscriber-Level Churn",
                                   "Subscribed: A Study", "Subscribe: A Study", "SubscribeNet"])  # fmt: skip
def test_a_title_that_says_subscribe_loses_no_letter(title: str) -> None:
    assert pairs(f"{TOP}{title}\n\nWe do.\n\nNext\n\nWe go.\n")[0][0] == title
    assert pairs(f"{TOP}First\n\nWe go.\n\n{title}\n\nWe do.\n")[1][0] == title
    if title != "SubscribeNet":  # which could as well be a button and a paper on "Net"
        assert pairs(f"{title}\nWe do.\n")[0][0] == title


def test_a_title_that_equals_furniture_further_down_is_a_title() -> None:
    assert pairs(f"{TOP}First\n\nWe go.\n\nSubscribe\n\nWe do.\n")[1] == ("Subscribe", "We do.")


def test_two_pages_in_one_file_keep_their_own_years() -> None:
    one = TOP.replace("Jul 30", "Dec 4, 2025") + "A\n\nWe a.\n\n • 1 author\n·\nOct 2\n\n"
    two = TOP.removeprefix("new\n\n") + "B\n\nWe b.\n\n • 2 authors\n·\nOct 3\n"
    assert [(each.title, each.date) for each in read(one + two)] == [("A", "2025-10-02"), ("B", "--10-03")]


# Layouts


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("lead", ["", "\ufeff"])
def test_line_ends_marks_tabs_and_trailing_spaces_do_not_matter(ending: str, lead: str) -> None:
    page = f"{TOP}On Sheep \t\n\n\tWe count sheep.  \n\n\t•\t3 authors \n · \nOct  9,  2024\t2\n"
    page += "\n\n\nB\n\nWe b.\n"
    sheep, other = read(lead + page.replace("\n", ending))
    assert (sheep.title, sheep.abstract, sheep.line) == ("On Sheep", "We count sheep.", 13)
    assert (sheep.author_count, sheep.date, sheep.comments) == (3, "2024-10-09", 2)
    assert (other.title, other.abstract, other.line) == ("B", "We b.", 23)


def test_a_page_without_blank_lines_alternates_title_and_abstract() -> None:
    assert pairs("A\nWe a.\nB\nWe b\nC\nWe c.") == [("A", "We a."), ("B", "We b"), ("C", "We c.")]


def test_details_may_be_missing_anywhere() -> None:
    page = TOP + "A\n\nWe a.\n\n • 2 authors\n·\nOct 1\n\nB\n\nWe b.\n\nC\n\nWe c.\n\nkit K I T\n·\nOct 3 1\n"
    a, b, c = read(page)
    assert (a.author_count, a.date) == (2, "--10-01")
    assert (b.author_count, b.date, b.organisation) == (None, None, None)
    assert (c.author_count, c.date, c.comments, c.organisation) == (None, "--10-03", 1, "K I T")


def test_an_account_that_is_not_the_name_is_kept_with_it() -> None:
    (listing,) = read("A\n\nWe a.\n\nmeta-llama Meta Inc.\n·\nOct 3\n")
    assert (listing.organisation, listing.abstract) == ("meta-llama Meta Inc.", "We a.")


def test_an_abstract_of_several_lines_keeps_its_line_breaks() -> None:
    abstract = "first line of it\nsecond line.\nThird line\nand the last."
    page = f"{TOP}A\n\n{abstract}\n\n  • 1 authors\n·\nOct 1\n\nB\n\n{abstract}\n\nC\n\nWe c.\n"
    assert pairs(page) == [("A", abstract), ("B", abstract), ("C", "We c.")]


def test_a_wrapped_abstract_is_told_from_titles_where_no_line_is_blank() -> None:
    wrapped = ("Large models answer many questions with great confidence and\n"
               "are often wrong. We measure how often, and find that asking\nagain helps.")  # fmt: skip
    assert pairs(f"A Study of Asking\n{wrapped}\nAnother Study\n{wrapped}\n") == [
        ("A Study of Asking", wrapped),
        ("Another Study", wrapped),
    ]


def test_an_abstract_that_goes_on_after_a_blank_line_is_one_abstract() -> None:
    page = f"{TOP}A\n\nPara one.\n\nPara two.\n\nB\n\nWe b.\n\nMore of b.\n\n • 2 authors\n·\nOct 1\n"
    assert pairs(page) == [("A", "Para one.\n\nPara two."), ("B", "We b.\n\nMore of b.")]


def test_white_space_inside_an_abstract_is_kept() -> None:
    assert pairs("A\n\nWe  a\u00a0and\u2028b\tc.\n") == [("A", "We  a\u00a0and\u2028b\tc.")]


# Dates


def date_of(line: str, *, page_date: str = "Jul 30", page_year: int | None = None) -> str | None:
    page = TOP.replace("Jul 30", page_date) + f"A\n\nWe a.\n\n • 2 authors\n·\n{line}\n"
    return read(page, page_year)[0].date


def test_a_date_without_a_year_stays_without() -> None:
    assert date_of("Oct 13") == "--10-13"
    assert date_of("Feb 29") == "--02-29"


def test_the_year_of_the_page_is_the_year_of_its_dates() -> None:
    assert date_of("Oct 13", page_date="Dec 4, 2025") == "2025-10-13"
    assert date_of("Oct 13", page_year=2024) == "2024-10-13"
    assert date_of("Oct 13", page_date="Dec 4, 2025", page_year=2024) == "2025-10-13"


def test_a_date_with_its_own_year_keeps_it() -> None:
    assert date_of("Oct 9, 2023", page_date="Dec 4, 2025", page_year=2024) == "2023-10-09"


@pytest.mark.parametrize(("line", "date", "comments"), [("Oct 9, 2024 2", "2024-10-09", 2),
                                                        ("Sep 22 2", "--09-22", 2),
                                                        ("Sep 22", "--09-22", None)])  # fmt: skip
def test_the_number_after_a_date_counts_comments(line: str, date: str, comments: int | None) -> None:
    (listing,) = read(f"A\n\nWe a.\n\n • 2 authors\n·\n{line}\n")
    assert (listing.date, listing.comments) == (date, comments)


@pytest.mark.parametrize("line", ["Feb 31", "Oct 0, 2024", "Feb 29, 2023 4", "Jan 99"])
def test_an_impossible_date_is_left_out_and_said(line: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (listing,) = read(f"A\n\nWe a.\n\n • 2 authors\n·\n{line}\n")
    assert listing.date is None
    assert "page.txt:1" in caplog.text
    assert line in caplog.text


def test_a_leap_day_is_impossible_in_a_common_year(caplog: pytest.LogCaptureFixture) -> None:
    assert date_of("Feb 29", page_year=2024) == "2024-02-29"
    assert date_of("Feb 29", page_year=2025) is None


# What is refused


@pytest.mark.parametrize("page", [
    "Alone\n\n • 2 authors\n·\nOct 1\n\nB\n\nWe b.\n",  # details follow
    "Alone\nkit K I T\n·\nOct 1\nB\nWe b.\n",
    "Alone\n\nB\n\nWe b.\n",  # a title and its abstract follow
    "Alone\nB\n" + "We b. " * 60,
])  # fmt: skip
def test_a_title_without_an_abstract_is_refused_with_its_line(page: str) -> None:
    reading = parse_page(TOP + page, "page.txt")
    assert [listing.title for listing in reading.listings] == ["B"]
    (error,) = reading.refused
    assert (error.source, error.line) == ("page.txt", 13)
    assert "no abstract follows the title “Alone”" in error.reason


def test_a_last_title_without_an_abstract_is_refused() -> None:
    reading = parse_page("A\n\nWe a.\n\nAlone\n", "page.txt")
    assert [listing.title for listing in reading.listings] == ["A"]
    assert [error.line for error in reading.refused] == [5]


def test_an_abstract_that_is_too_long_is_refused_and_the_others_stand() -> None:
    long = "x" * (MAX_ABSTRACT_CHARS + 1)
    reading = parse_page(f"A\n\n{long}\n\nB\n\n{long[:-1]}\n", "page.txt")
    assert [listing.title for listing in reading.listings] == ["B"]
    assert [error.line for error in reading.refused] == [1]
    assert "50,001 characters, at most 50,000" in reading.refused[0].reason


def test_a_title_that_is_too_long_is_refused() -> None:
    reading = parse_page(f"{'x' * 1001}\n\nWe a.\n\nB\n\nWe b.\n", "page.txt")
    assert [error.line for error in reading.refused] == [1]
    assert "1,001 characters" in reading.refused[0].reason


def test_a_nul_character_is_refused() -> None:
    reading = parse_page("A\n\nWe\0a.\n\nB\n\nWe b.\n", "page.txt")
    assert [(error.line, "NUL" in error.reason) for error in reading.refused] == [(1, True)]


@pytest.mark.parametrize("page", ["", "\n\n", TOP, "Alone\n", "·\n·\n"])
def test_a_page_without_one_listing_is_an_error_of_the_whole_page(page: str) -> None:
    with pytest.raises(CorpusError) as error:
        parse_page(page, "page.txt")
    assert (error.value.source, error.value.line) == ("page.txt", None)


LINES = ["", "", "A Title", "Another Title?", "We show.", "We show " * 50, "·", "  • 10 authors", "Oct 13",
         "Feb 31 2", "tencent Tencent", "Subscribe", "new", "Get trending papers in your email inbox!",
         "Dec 4, 2025", "\0"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(LINES)))
def test_any_order_of_lines_reads_each_line_at_most_once(lines: list[str]) -> None:
    lines = [line.strip() for line in lines]
    try:
        listings = parse_page("\n".join(lines), "page.txt").listings
    except CorpusError:
        return
    last = 0
    for listing in listings:
        assert listing.line > last
        assert lines[listing.line - 1].endswith(listing.title)
        body = "\n".join(lines[listing.line :]).lstrip("\n")
        assert body.startswith(listing.abstract)
        last = listing.line + listing.abstract.count("\n") + 1


@settings(max_examples=300)
@given(st.text())
def test_any_text_gives_listings_or_an_error_of_the_whole_page(text: str) -> None:
    try:
        assert parse_page(text, "page.txt").listings
    except CorpusError as error:
        if error.line is not None:
            raise


# Files


def test_a_page_is_read_from_its_file_under_the_file_s_name(tmp_path: Path) -> None:
    page = tmp_path / "saved.MD"
    page.write_bytes(b"\xef\xbb\xbfA\r\n\r\nWe a.\r\n\r\n \xe2\x80\xa2 2 authors\r\n\xc2\xb7\r\nOct 1\r\n")
    (listing,) = read_file(page, page_year=2025).listings
    assert (listing.source, listing.line, listing.title) == ("saved.MD", 1, "A")
    assert (listing.author_count, listing.date) == (2, "2025-10-01")


def test_a_file_of_another_format_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(b"%PDF-1.7 \x00")
    with pytest.raises(CorpusError, match=r"paper\.pdf: (looks like a|the) PDF"):
        read_file(file)


def test_a_file_that_is_not_utf8_is_refused_with_the_place(tmp_path: Path) -> None:
    page = tmp_path / "latin.txt"
    page.write_bytes(b"A\n\nCaf\xe9 for all.\n\xc2\xb7\nOct 1\n")
    with pytest.raises(CorpusError, match="byte 4 of the line isn't UTF-8") as error:
        read_file(page)
    assert (error.value.source, error.value.line) == ("latin.txt", 3)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    page = tmp_path / "large.txt"
    with page.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(CorpusError, match="at most 200,000,000 are read"):
        read_file(page)


def test_a_file_that_is_gone_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone\.txt: can't be read"):
        read_file(tmp_path / "gone.txt")
