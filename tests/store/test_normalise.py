"""Raw fields → listings: what is cleaned, what is read of odd fields, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import MAX_ABSTRACT_CHARS, Details, Listing
from footnote.store.readers import identifiers
from footnote.store.readers.dates import fullest, iso_date
from footnote.store.readers.names import authors_of, split_names
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import Markup, RawRecord
from footnote.store.readers.read_result import FieldWarning, TitleOnly
from footnote.store.readers.vocabulary import csl_type, language_code


def listing(**fields: object) -> Listing:
    found = entries({"title": "Tides of the inner sea", "abstract": "We measured tides.", **fields})[0]
    assert isinstance(found, Listing), found
    return found


def entries(fields: dict[str, object]) -> list[object]:
    return list(entries_of(RawRecord(line=3, **fields), "f.ris"))  # type: ignore[arg-type]


def sections(paper: Listing) -> list[tuple[str, str]]:
    """Each label with the first word of its section."""
    return [(s.label, paper.abstract[s.start :].split()[0]) for s in paper.sections]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a <i>new</i> H<sub>2</sub>O test", "a new H2O test"),
        ("P&lt;0.001 &amp;amp; more", "P<0.001 & more"),
        ("p &amp;lt; 0.05", "p < 0.05"),
        ("p < 0.05 and n > 3", "p < 0.05 and n > 3"),
        ("if a<b and c>d", "if a<b and c>d"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ('see <ext-link xlink:href="x">here</ext-link>', "see here"),
        ("&lt;b&gt;bold&lt;/b&gt; text", "bold text"),
        ("end of it.<<ETX>>", "end of it."),
        ("lines\r\nare  wrapped\u00a0here", "lines are wrapped here"),
        ("soft\u00adhyphen and zero\u200bwidth and \x00NUL", "softhyphen and zerowidth and NUL"),
        ("e\u0301tude", "étude"),
        ("loss of 19\\% with $\\alpha$-decay", "loss of 19% with α-decay"),
        ("signal\\x{2013}related", "signal–related"),
        ("half \ud800 of a pair", "half of a pair"),
    ],
)
def test_markup_is_gone_before_offsets_count(raw: str, clean: str) -> None:
    paper = listing(title=raw, abstract=f"{raw} We saw it.")
    assert (paper.title, paper.abstract) == (clean, f"{clean} We saw it.")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("{B}races and {{DNA}}", "Braces and DNA"),
        ("K{\\\"o}hler and \\'Etude", "Köhler and Étude"),
        ("rose by 19\\% and 20% more", "rose by 19% and 20% more"),
        ("cost $5 million or $6 million", "cost $5 million or $6 million"),
        ("of $x^2$ and \\alpha", "of x^2 and α"),
        ("\\emph{very} ``quoted''", "very “quoted”"),
        ("about ~5 of Fig.~2", "about ~5 of Fig. 2"),
        ("{" * 200 + "deep" + "}" * 200, "{" * 200 + "deep" + "}" * 200),
        ("broken {brace and \\frac{1", None),
    ],
)
def test_latex_becomes_text(raw: str, clean: str | None) -> None:
    paper = listing(abstract=f"We saw it. {raw}", markup="latex")
    assert clean is None or paper.abstract == f"We saw it. {clean}"


@pytest.mark.parametrize(
    ("raw", "labels"),
    [
        ("BACKGROUND: Old. METHODS: We did. RESULTS: Good.", ["BACKGROUND", "METHODS", "RESULTS"]),
        ("Background and Aims: Old. Methods: We did.", ["Background and Aims", "Methods"]),
        ("Objective. Old things. Methods. We did.", ["Objective", "Methods"]),
        ("Background- Old things. Methods- We did.", ["Background", "Methods"]),
        ("OBJECTIVE Old things. METHODS We did.", ["OBJECTIVE", "METHODS"]),
        ("BackgroundOld things.MethodsWe did.", ["Background", "Methods"]),
        ("Abstract Background The old. Methods We did.", ["Background", "Methods"]),
        ("(1) Background: Old; (2) Methods: We did.", ["Background", "Methods"]),
        ("Design/methodology/approach: A. Findings: B.", ["Design/methodology/approach", "Findings"]),
        ("OBJECTIVE: To see.", ["OBJECTIVE"]),
        (
            "<jats:title>Background</jats:title><jats:p>Old.</jats:p><h4>Methods</h4>We.",
            ["Background", "Methods"],
        ),
    ],
)
def test_section_labels_are_kept_apart(raw: str, labels: list[str]) -> None:
    paper = listing(abstract=raw)
    assert [s.label for s in paper.sections] == labels
    assert paper.sections[0].start == 0
    assert not any(label in paper.abstract for label in labels)
    assert all(paper.abstract[s.start - 1] == " " for s in paper.sections[1:])


@pytest.mark.parametrize(
    "text",
    [
        "Results are given. Methods of others fail.",
        "We have two aims: speed and results: none.",
        "Background noise hides it. Conclusions differ.",
        "One was better (1.5 versus 1.1). Conclusions differ.",
        "Methods: only one label in small letters.",
    ],
)
def test_sentences_that_begin_with_such_words_have_no_label(text: str) -> None:
    paper = listing(abstract=text)
    assert (paper.abstract, paper.sections) == (text, ())


def test_sections_of_the_source_have_the_offsets_of_their_texts() -> None:
    paper = listing(abstract="", sections=[("Aim", "To <i>see</i>."), ("", "More."), ("RESULTS", "Seen.")])
    assert paper.abstract == "To see. More. Seen."
    assert sections(paper) == [("Aim", "To"), ("RESULTS", "Seen.")]


@pytest.mark.parametrize(
    "line",
    [
        "© 2016 Elsevier Ltd. All rights reserved.",
        "Copyright (c) 2019 Somebody.",
        "(C) 2020 The Authors. Published by Elsevier Ltd.",
        "© The Author(s) 2021.",
        "Copyright © 2011 by the Society.",
        "(PsycINFO Database Record (c) 2016 APA, all rights reserved).",
        "Copyright of Notes is the property of Notes Inc. and its content may not be copied.",
        "[ABSTRACT FROM AUTHOR]",
    ],
)
def test_copyright_lines_are_no_part_of_an_abstract(line: str) -> None:
    assert listing(abstract=f"We measured tides. {line}").abstract == "We measured tides."


def test_a_copyright_line_before_the_text_goes_too() -> None:
    assert listing(abstract="© 2016 Elsevier Ltd. All rights reserved. We did.").abstract == "We did."


@pytest.mark.parametrize(
    "text", ["We compare (a) x, (b) y and (c) the authors.", "Copyright law is old. We did."]
)
def test_words_like_a_copyright_line_stay(text: str) -> None:
    assert listing(abstract=text).abstract == text


@pytest.mark.parametrize(
    "text",
    ["", "[No abstract available]", "No abstract available.", "Abstract not available", "N/A", "nan", "."],
)
def test_what_says_that_there_is_no_abstract_is_none(text: str) -> None:
    found = entries({"title": "T1", "abstract": text, "date": "2020"})
    assert found == [TitleOnly("f.ris", 3, "T1", Details(date="2020"))]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "RETRACTED: Tides"}, "RETRACTED: Tides"),
        (
            {"abstract": "This paper has been withdrawn by its author. We did."},
            "This paper has been withdrawn by its author.",
        ),
        ({"retraction": "Retracted Publication"}, "Retracted Publication"),
        ({"abstract": "Withdrawn money is counted."}, None),
        ({"title": "Retracted papers are cited"}, None),
    ],
)
def test_retractions(fields: dict[str, object], said: str | None) -> None:
    assert listing(**fields).retraction == said


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("2020", "2020"), ("2012 Mar", "2012-03"), ("2012 Mar 5", "2012-03-05"), ("2012 Mar-Apr", "2012"),
        ("2020/03/15", "2020-03-15"), ("2020/03/15/spring", "2020-03-15"), ("2020///", "2020"),
        ("1999/08//undefined", "1999-08"),
        ("03/15/2020", "2020-03-15"), ("03/04/2020", "2020"), ("15.03.2020", "2020-03-15"),
        ("Mar 15, 2020", "2020-03-15"),
        ("15 March 2020", "2020-03-15"), ("March 2020", "2020-03"), ("Spring 2012", "2012"),
        ("20200315", "2020-03-15"),
        ("2020-03-15T10:00:00Z", "2020-03-15"), ("2020年3月15日", "2020-03-15"), ("2020.0", "2020"),
        ("2020-02-30", "2020-02"),
        ("--10-09", "--10-09"), ("n.d.", None), ("0000", None), ("forthcoming", None),
    ],
)  # fmt: skip
def test_dates(raw: str, date: str | None) -> None:
    assert iso_date(raw) == date


@pytest.mark.parametrize(
    ("year", "day", "date"),
    [("2023", "MAY 4", "2023-05-04"), ("2021", "2021/04/21/", "2021-04-21"), ("2021", "2022-01-01", "2021"),
     ("2011", "Jun", "2011-06"), ("", "2011-06", "2011-06"), ("2011", "", "2011")],
)  # fmt: skip
def test_a_day_completes_its_year(year: str, day: str, date: str) -> None:
    assert iso_date(fullest(year, day)) == date


@pytest.mark.parametrize(
    ("raw", "doi"),
    [
        ("https://doi.org/10.1000/Ab(1)", "10.1000/Ab(1)"), ("doi:10.1000/x.", "10.1000/x"),
        ("(10.1000/x)", "10.1000/x"),
        ("http://dx.doi.org/10.1000%2Fx", "10.1000/x"), ("10.1000/" + "x" * 300, None), ("none", None),
        ("10.1/x", None),
    ],
)  # fmt: skip
def test_dois(raw: str, doi: str | None) -> None:
    assert identifiers.doi(raw) == doi


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("2401.00001v2", ("2401.00001", 2)), ("arXiv:2401.00001", ("2401.00001", None)),
        ("math.gt/0309136", ("math.GT/0309136", None)),
        ("https://arxiv.org/pdf/cs/0101001v3.pdf", ("cs/0101001", 3)),
        ("10.48550/arXiv.2401.00001", ("2401.00001", None)),
        ("10.1000/2401.00001", None), ("12", None),
    ],
)  # fmt: skip
def test_arxiv_ids(raw: str, found: tuple[str, int | None] | None) -> None:
    assert identifiers.arxiv(raw) == found


def test_ids_are_found_where_they_also_stand() -> None:
    paper = listing(url="https://arxiv.org/abs/2401.00001v2", doi="10.48550/arXiv.2401.00001")
    assert (paper.arxiv, paper.arxiv_version) == ("2401.00001", 2)
    assert listing(url="https://links.example/q?id=doi:10.1000%2Fx&t=1").doi == "10.1000/x"
    assert listing(openalex="https://openalex.org/W12").openalex == "W12"
    assert listing(pmid="https://pubmed.ncbi.nlm.nih.gov/123/").pmid == "123"


def test_an_odd_field_costs_itself_alone() -> None:
    odd = {"date": "soon", "doi": "x" * 300, "url": "javascript:alert(1)", "language": "Klingon",
           "type": "zzz",
           "pmid": "PMC12", "arxiv": "12", "openalex": "A1", "venue": "v" * 600}  # fmt: skip
    found = entries({"title": "T1", "abstract": "We did.", **odd})
    assert isinstance(found[0], Listing)
    assert {w.field for w in found[1:] if isinstance(w, FieldWarning)} == set(odd)
    assert found[0].model_dump(exclude_defaults=True).keys() == {"source", "line", "title", "abstract"}


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (["Köhler, Anna", "Okafor, Ben"], ["Köhler, Anna", "Okafor, Ben"]),
        (["Köhler A.; Okafor B."], ["Köhler, A.", "Okafor, B."]),
        (["Köhler A., Okafor B.C."], ["Köhler, A.", "Okafor, B.C."]),
        (["Kohler, A; Okafor, B"], ["Kohler, A", "Okafor, B"]),
        (["A. Köhler; B. Okafor"], ["Köhler, A.", "Okafor, B."]),
        (["Köhler, Anna and Okafor, Ben"], ["Köhler, Anna", "Okafor, Ben"]),
        (["Anna Köhler, Ben Okafor, et al."], ["Köhler, Anna", "Okafor, Ben"]),
        (["Anna Köhler, Ben Okafor and Chen Li"], ["Köhler, Anna", "Okafor, Ben", "Li, Chen"]),
        (["Kohler, A., Okafor, B."], ["Kohler, A.", "Okafor, B."]),
        (["Köhler A.Okafor B. C."], ["Köhler, A.", "Okafor, B. C."]),
        (["Köhler AM, Okafor B"], ["Köhler, AM", "Okafor, B"]),
        (["van Daalen, Kim Robin"], ["van Daalen, Kim Robin"]),
        (["García Márquez, Gabriel José"], ["García Márquez, Gabriel José"]),
        (["Li, S.", "Li, S."], ["Li, S.", "Li, S."]),
        (["S. Mahmood, R. Lai, Y. S. Kim"], ["Mahmood, S.", "Lai, R.", "Kim, Y. S."]),
        (["Anna Köhler|Ben Okafor"], ["Köhler, Anna", "Okafor, Ben"]),
        (["{World Health Organization}", "Tide Research Group"],
        ["{World Health Organization}", "{Tide Research Group}"]),
        (["Bee Centers and Tide Stations,"], ["{Bee Centers and Tide Stations}"]),
        (["Ludwig van Daalen Jr.", "Köhler A B", "Plato", "{OpenAI}"],
        ["van Daalen, Jr., Ludwig", "Köhler, A B", "Plato", "OpenAI"]),
        (["Köhler, Anna, Jr."], ["Köhler, Jr., Anna"]),
        (["[No author name available]"], []),
        (["吴亚东;何樟平"], ["吴亚东", "何樟平"]),
    ],
)  # fmt: skip
def test_authors(raw: list[str], names: list[str]) -> None:
    assert authors_of(raw) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna Köhler, Ben Okafor", ["Köhler, Anna", "Okafor, Ben"]),
        ("Anna KöhlerBen Okafor", ["Köhler, Anna", "Okafor, Ben"]),
        ("Ian McDonald Smith", ["Smith, Ian McDonald"]),
        ("Gomez Isaza, Daniel F", ["Gomez Isaza, Daniel F"]),
        ("van Daalen, Kim Robin", ["van Daalen, Kim Robin"]),
        ("Köhler, Anna; van Daalen, Kim Robin", ["Köhler, Anna", "van Daalen, Kim Robin"]),
    ],
)
def test_a_text_of_all_authors(text: str, names: list[str]) -> None:
    assert authors_of(split_names(text)) == names


@pytest.mark.parametrize(
    ("raw", "kind"),
    [("JOUR", "article-journal"), ("@inproceedings", "paper-conference"),
    ("Journal Article; Review", "article-journal"),
     ("preprint", "article"), ("Conference Paper", "paper-conference"), ("CHAP", "chapter"), ("zzz", None)],
)  # fmt: skip
def test_types(raw: str, kind: str | None) -> None:
    assert csl_type(raw) == kind


@pytest.mark.parametrize(
    ("raw", "code"), [("English", "en"), ("eng", "en"), ("en-US", "en"), ("中文;", "zh"), ("x", None)]
)
def test_languages(raw: str, code: str | None) -> None:
    assert language_code(raw) == code


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"title": ""}, "no title"), ({"title": "n/a"}, "no title"), ({"title": "x" * 2_000}, "the title has"),
     ({"abstract": "x" * (MAX_ABSTRACT_CHARS + 1)}, "the abstract of"),
     ({"abstract": "<" * 900_000}, "the abstract of")],
)  # fmt: skip
def test_what_is_no_paper_is_refused(fields: dict[str, object], reason: str) -> None:
    found = entries({"title": "T1", "abstract": "We did.", **fields})
    assert len(found) == 1
    assert isinstance(found[0], CorpusError)
    assert found[0].reason.startswith(reason)


_PIECES = st.sampled_from(
    ["<", "<i>", "</", "&lt;", "&amp;", "$", "\\alpha", "{", "}", "%", "© 2020 ", "METHODS: ", "Results. ",
    "\x00", "\ud800",
     "(", "\u200d", "arXiv:2401.00001", "10.1000/", ", ", " and ", ";", "\n", "<h2>", "</h2>"]
)  # fmt: skip
_TEXT = st.lists(_PIECES | st.text(max_size=5), max_size=15).map("".join)


@settings(max_examples=80, deadline=None)
@given(title=_TEXT, text=_TEXT, other=_TEXT, markup=st.sampled_from(["none", "html", "latex"]))
def test_any_fields_come_to_a_clear_end(title: str, text: str, other: str, markup: Markup) -> None:
    raw = RawRecord(
        line=1, markup=markup, title=title, abstract=text, authors=[other], date=other, venue=other,
        type=other,
        language=other, keywords=[other], url=other, arxiv=other, doi=other, pmid=other, openalex=other,
        retraction=other,
    )  # fmt: skip
    first, *others = entries_of(raw, "f")
    assert isinstance(first, Listing | TitleOnly | CorpusError)
    assert all(isinstance(warning, FieldWarning) for warning in others)
    if isinstance(first, Listing):
        first.model_dump_json().encode()
        assert all(section.start < len(first.abstract) for section in first.sections)
