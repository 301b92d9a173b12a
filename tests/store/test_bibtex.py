"""BibTeX: what exports hold, and what is damaged in them."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing
from footnote.store.readers import ReadFile, read_file
from footnote.store.readers.bibtex_syntax import MAX_ENTRY_CHARS, entries, share_of_entries


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "library"


def read(file: Path, text: str | bytes) -> ReadFile:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_file(file)


def one(file: Path, fields: str, kind: str = "article") -> Listing:
    result = read(file, f"@{kind}{{key,\n title = {{On Sheep}},\n abstract = {{We count.}},\n {fields}\n}}\n")
    assert (result.refused, result.warnings) == ((), ())
    return result.listings[0]


def fields_of(text: str) -> list[dict[str, str]]:
    return [entry.fields for entry in entries(enumerate(text.splitlines(keepends=True), 1))]


def test_all_fields_are_read(file: Path) -> None:
    listing = one(file, r"""
        author = {K{\"o}hler, Anna and {World Health Organization} and van den Berg, Jr, Piet and others},
        journal = {Sheep \& Wool}, year = 2020, month = mar, doi = {10.1000/a\_b},
        url = {https://example.org/a\_b}, keywords = {wool; sheep}, langid = {english},
        eprint = {2401.00010v2}, archiveprefix = {arXiv}, pmid = {12}""")  # fmt: skip
    assert listing == Listing(
        source="library", line=1, title="On Sheep", abstract="We count.", venue="Sheep & Wool",
        date="2020-03",
        authors=("Köhler, Anna", "{World Health Organization}", "van den Berg, Jr, Piet"), doi="10.1000/a_b",
        url="https://example.org/a_b", keywords=("wool", "sheep"), language="en", arxiv="2401.00010",
        arxiv_version=2, pmid="12", type="article-journal",
    )  # fmt: skip


@pytest.mark.parametrize(("fields", "date"), [
    ("year = {2020}", "2020"),
    ('year = "2020", month = "May 4"', "2020-05-04"),
    ("year = 2020, month = 3", "2020-03"),
    ("year = 2020, month = 3, day = 5", "2020-03-05"),
    ("year = 2020, month = mar, day = {5}", "2020-03-05"),
    ("year = 2020, month = {SEP-OCT}", "2020"),
    ("date = {2020-03-15}, year = {2019}", "2020-03-15"),
])  # fmt: skip
def test_dates(file: Path, fields: str, date: str) -> None:
    assert one(file, fields).date == date


def test_latex_becomes_text(file: Path) -> None:
    text = r"""@article{k, title = {{{GPU}}-based \emph{Sheep} in {Z\"urich}},
        abstract = {Costs 19\% less at $\alpha
        = 0.5$; p {\textless} 0.01 --- not ``much''. {\textasciitilde}5\^{}2.}}"""
    (listing,) = read(file, text).listings
    assert listing.title == "GPU-based Sheep in Zürich"
    assert listing.abstract == "Costs 19% less at α = 0.5; p < 0.01 — not “much”. ~5^2."


def test_strings_are_joined(file: Path) -> None:
    text = '@string{wool = "Journal of Wool"}\n'
    text += '@article{k, title = {T}, abstract = {A b.}, journal = wool # " B"}'
    assert read(file, text).listings[0].venue == "Journal of Wool B"


def test_strings_that_double_each_other_are_bounded() -> None:
    lines = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(60))
    text = '@string{s0 = "ten chars."}\n' + lines + "@article{k, title = s60}\n"
    assert all(len(value) < 10_000 for fields in fields_of(text) for value in fields.values())


@pytest.mark.parametrize("text", [
    "Scopus\nEXPORT DATE: 2 March 2019\n\n{ENTRY}",
    "% Encoding: UTF-8\n\n{ENTRY}\n@Comment{jabref-meta: databaseType:bibtex;}\n",
    "@preamble{\"\\newcommand{\\a}{b}\"}\n{ENTRY}",
    "@comment{@article{no, title = {No}}}\n{ENTRY}",
    "\ufeff\r\n{ENTRY}",
])  # fmt: skip
def test_what_is_no_entry_is_left_out(file: Path, text: str) -> None:
    entry = "@article{k,\n title = {On Sheep},\n abstract = {" + "We count. " * 20 + "}\n}\n"
    assert [listing.title for listing in read(file, text.replace("{ENTRY}", entry)).listings] == ["On Sheep"]


@pytest.mark.parametrize("damaged", [
    "@article{b,\n title = {B {b},\n abstract = {We b.},\n year = 2020\n}\n",  # an opening brace too many
    "@article{b,\n title = {B b}},\n abstract = {We b.},\n year = 2020\n}\n",  # a closing one
    "@article{b,\n title = {B b},\n abstract = {We b.},\n year = 2020\n\n",  # none at the end
    "@article{b,\n title = {B b}\n abstract = {We b.}\n year = 2020\n}\n",  # no commas
    "@article{b,\n title = \"B b\n,\n abstract = {We b.},\n year = 2020\n}\n",  # an open quote
    "@article{b,\n title = {B b}, ?!,\n abstract = {We b.}, abstract = {Other.}, year = 2020\n}\n",
    "@article{,\n title = {B b}, abstract = {We b.}, year = 2020}\n",  # no key
    "@article{\n title = {B b}, abstract = {We b.}, year = 2020}\n",
    "@article(b,\n title = {B b}, abstract = {We b.}, year = 2020)\n",
    "@article{ WOS:1,\n Title = {B b}, ABSTRACT = {We b.}, YEAR = {2020},\n}\n",
    "@article{a,\n title = {}, title = {B b}, abstract = {We b.}, year = 2020}\n",  # twice
])  # fmt: skip
def test_a_damaged_entry_is_mended_and_its_neighbours_are_whole(file: Path, damaged: str) -> None:
    def good(name: str) -> str:
        return f"@article{{a,\n title = {{{name}}},\n abstract = {{We {name}.}},\n year = 2020\n}}\n"

    result = read(file, good("First") + damaged + good("Last"))
    assert [listing.title for listing in result.listings] == ["First", "B b", "Last"]
    assert [listing.abstract for listing in result.listings] == ["We First.", "We b.", "We Last."]
    assert {listing.date for listing in result.listings} == {"2020"}
    assert [listing.line for listing in result.listings] == [1, 6, 6 + damaged.count("\n")]


def test_an_entry_without_end_is_refused_and_the_next_is_read(file: Path) -> None:
    text = "@article{a, title = {Endless}, abstract = {" + ("x" * 1_000 + "\n") * (
        MAX_ENTRY_CHARS // 1_000 + 1
    )
    result = read(file, text + "@article{b,\n title = {B}, abstract = {We b.}}\n")
    assert [listing.title for listing in result.listings] == ["B"]
    assert [error.line for error in result.refused] == [1]


def test_a_bad_byte_costs_its_entry(file: Path) -> None:
    good = "@article{k, title = {Über Schafe}, abstract = {Wir zählen.}}\n".encode()
    result = read(file, good + b"@article{k, title = {B\xff}, abstract = {We b.}}\n" + good)
    assert [listing.line for listing in result.listings] == [1, 3]
    assert [error.line for error in result.refused] == [2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "cp1252"])
def test_encodings(file: Path, encoding: str) -> None:
    title = "动物学报羊群研究" if encoding == "gbk" else "Über Schäfchen"
    (listing,) = read(
        file, f"@article{{k, title = {{{title}}}, abstract = {{We count.}}}}".encode(encoding)
    ).listings
    assert listing.title == title


def test_an_entry_without_abstract_is_kept_apart(file: Path) -> None:
    result = read(file, "@book{k, title = {On Sheep}, year = 2020}\n@book{l, year = 2020}\n")
    assert [title.title for title in result.titles] == ["On Sheep"]
    assert [error.line for error in result.refused] == [2]


def test_a_page_that_cites_one_entry_is_no_bibliography(file: Path) -> None:
    page = "# Sheep counter\n\n" + "It counts sheep in the field. " * 20
    with pytest.raises(CorpusError, match="looks like a Markdown document"):
        read(file, f"{page}\n\n```bibtex\n@article{{k,\n title = {{On Sheep}},\n year = 2020\n}}\n```\n")


pieces = st.sampled_from(["@article{", "@string{", "@comment{", "k,", "title", "abstract", "=", "{", "}",
    '"', "#", ",",
                          "\n",
                          "\\", "$", "(", ")", "word", " ", "\n@misc{k,\n", "ü", "2020",
                          "title = {A},\n"])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join))
def test_any_pieces_end_and_each_entry_begins_after_the_one_before(text: str) -> None:
    assert 0 <= share_of_entries(text) <= 1
    found = list(entries(enumerate(text.splitlines(keepends=True), 1)))
    assert all(one.line <= other.line for one, other in itertools.pairwise(found))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_characters='\\{}"@', exclude_categories=["Cc", "Cs"])), min_size=1)
)
def test_what_is_written_is_what_is_read(values: list[str]) -> None:
    text = "".join(f'@article{{k,\n title = {{{value}}},\n note = "{value}"\n}}\n' for value in values)
    given = [value.strip() for value in values]
    assert [(fields["title"], fields["note"]) for fields in fields_of(text)] == [
        (value, value) for value in given
    ]
