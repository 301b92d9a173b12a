"""What databases and publishers write around texts and names, and readers leave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footnote.store.authors import parts
from footnote.store.errors import CorpusError
from footnote.store.readers import read_file
from footnote.store.readers.abstracts import is_no_abstract, without_copyright
from footnote.store.readers.cleaning import clean
from footnote.store.readers.names import authors_of, split_names


@pytest.mark.parametrize(("given", "read"), [
    ("Bees dance.[PUBLICATION ABSTRACT]", "Bees dance."),
    ("<正>Bees dance.", "Bees dance."),
    ("Bees dance.(#br)Ants march.", "Bees dance. Ants march."),
    ("espanolEste trabajo estudia abejas.", "Este trabajo estudia abejas."),
    ("EnglishThis work is on bees.", "This work is on bees."),
    ("Englishmen keep bees.", "Englishmen keep bees."),
    ("eBay sells hives.", "eBay sells hives."),
])  # fmt: skip
def test_marks_of_databases_are_no_part_of_an_abstract(given: str, read: str) -> None:
    assert without_copyright(given) == read


@pytest.mark.parametrize(("text", "is_none"), [
    ("Letter to the Editor", True), ("Notice.", True), ("No summary.", True), ("Corresponding Author", True),
    ("We answer a letter to the editor.", False), ("Bees dance.", False),
])  # fmt: skip
def test_a_heading_is_no_abstract(text: str, is_none: bool) -> None:
    assert is_no_abstract(text) is is_none


@pytest.mark.parametrize(("given", "read"), [
    ("&ITHiveTree&IT: counting bees &amp; ants", "HiveTree: counting bees & ants"),
    ("Trees of bees\\ast", "Trees of bees"),
    ("R&IT departments", "R&IT departments"),
])  # fmt: skip
def test_signs_of_type_are_resolved(given: str, read: str) -> None:
    assert clean(given) == read


def test_where_an_author_works_is_no_part_of_the_name() -> None:
    text = "Ada Köhler (INRIA, Paris / Nord), Ben Okafor (ISI), Chen (Leo) Li"
    assert split_names(text) == ["Ada Köhler", "Ben Okafor", "Chen (Leo) Li"]
    assert split_names("Ada Köhler (1), Ben Okafor (1 and 2) ((1) Hive Lab, Bonn, (2) Ant Lab)") == [
        "Ada Köhler", "Ben Okafor"]  # fmt: skip
    assert authors_of(["Ada Köhler (MAP / Crai)", "Ben Okafor (B2I)", "Chen Li (LM-Bonn)"]) == [
        "Köhler, Ada", "Okafor, Ben", "Li, Chen"]  # fmt: skip
    assert authors_of(["Köhler (NAGY), Ada"]) == ["Köhler, Ada"]
    assert authors_of(["{Bee Society (Bonn and Lagos)}"]) == ["{Bee Society (Bonn and Lagos)}"]


def test_a_suffix_stands_after_the_family_name_wherever_the_source_has_it() -> None:
    assert authors_of(["Okafor, B. C., Jr.", "Okafor, Jr., B. C.", "Li, Chen, III"]) == [
        "Okafor, Jr., B. C.", "Okafor, Jr., B. C.", "Li, III, Chen"]  # fmt: skip


def test_all_authors_in_one_text_are_several(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        json.dumps({"title": "On Bees", "abstract": "Bees dance.", "authors": "Ada Köhler, Ben Okafor"})
    )
    assert read_file(file).listings[0].authors == ("Köhler, Ada", "Okafor, Ben")


@pytest.mark.parametrize(("name", "text"), [
    ("a.jsonl", json.dumps({"title": "On Bees", "abstract": "Bees dance.",
                            "authors": "Ada Köhler, Ben\n  Okafor (Hive Lab), Chen\n  Li"})),
    ("a.bib", "@article{a, title={On Bees}, abstract={Bees dance.},\n"
              " author={Köhler,\n Ada and Okafor, Ben\n and Li,\n Chen}}"),
])  # fmt: skip
def test_a_line_end_in_a_name_parts_nobody(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    authors = read_file(file).listings[0].authors
    assert [parts(author) for author in authors] == [
        ("Köhler", "Ada", ""), ("Okafor", "Ben", ""), ("Li", "Chen", "")]  # fmt: skip


@pytest.mark.parametrize(("text", "abstract", "labels"), [
    ("HIVE-KEEPING RELEVANCE: Bees dance. METHODS: We looked.", "Bees dance. We looked.",
     ["HIVE-KEEPING RELEVANCE", "METHODS"]),
    ("UNLABELLED: AIM: To look. METHODS: We looked.", "To look. We looked.", ["AIM", "METHODS"]),
    ("HIVE RELEVANCE: bees dance, and nobody else.", "HIVE RELEVANCE: bees dance, and nobody else.", []),
    ("DNA: METHODS: We looked. RESULTS: Bees.", "DNA: We looked. Bees.", ["METHODS", "RESULTS"]),
    ("©2019 Bee Press B.V. Bees dance.", "Bees dance.", []),
    ("Guidelines for the", None, []),
    ("Bees dance here.", "Bees dance here.", []),
    ("蜜蜂跳舞", "蜜蜂跳舞", []),
])  # fmt: skip
def test_an_abstract_is_its_sentences(
    tmp_path: Path, text: str, abstract: str | None, labels: list[str]
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"title": "On Bees", "abstract": text, "doi": "10.1000/a", "year": 2019}))
    found = read_file(file)
    assert [listing.abstract for listing in found.listings] == ([abstract] if abstract else [])
    assert len(found.titles) == (abstract is None)
    assert [section.label for listing in found.listings for section in listing.sections] == labels


def test_cnki_leaves_out_blanks_after_tags_and_marks_in_dates(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "RT Book\nSR 1\nT1 蜜蜂管理\nA1王蜂;李蜜\nPB 蜂业出版社\nFD 202406\n"
        "AB 本书介绍蜜蜂。\nT1加权像也有。\nDS CNKI\n\n"
        "RT Dissertation/Thesis\nSR 1\nT1 蜜蜂舞蹈\nA1 王蜂\nPB 蜂业大学\nYR 2023\nAB 蜜蜂跳舞。\n"
    )
    book, thesis = read_file(file).listings
    assert (book.title, book.authors, book.date, book.venue) == (
        "蜜蜂管理",
        ("王蜂", "李蜜"),
        "2024-06",
        None,
    )
    assert book.abstract == "本书介绍蜜蜂。 T1加权像也有。"
    assert (thesis.authors, thesis.venue) == (("王蜂",), "蜂业大学")


@pytest.mark.parametrize(("name", "text", "looks"), [
    ("service.json", json.dumps({"title": "Hive service", "author": "Hive team", "updated": "2024-02-19",
                                 "description": "Counts bees.", "port": 80}), "JSON of something else"),
    ("chat.txt", "[12.03.2024, 08:14:02] Ada: Where are the bees?\n[12.03.2024, 08:15:40] Ben: In the hive\n",
     "looks like"),
])  # fmt: skip
def test_settings_and_chats_are_refused_as_files(tmp_path: Path, name: str, text: str, looks: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(CorpusError, match=looks):
        read_file(file)


@pytest.mark.parametrize(("given", "read"), [
    ("A trial of honey.", "A trial of honey"), ("Bees, wasps et al.", "Bees, wasps et al."),
    ("Bees of the U.S.", "Bees of the U.S."), ("What bees want...", "What bees want..."),
    ("Bees (2nd edition).", "Bees (2nd edition)"),
])  # fmt: skip
def test_a_title_ends_without_a_full_stop(tmp_path: Path, given: str, read: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"title": given, "abstract": "Bees dance."}))
    assert read_file(file).listings[0].title == read
