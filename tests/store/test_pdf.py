"""PDF files: title and abstract where they are plain, else refused by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from footnote.store.errors import CorpusError
from footnote.store.readers import read_file

ABSTRACT = "We count sheep in the field and report how many there are. " * 5


def pdf(lines: list[tuple[int, str]], title: str = "") -> bytes:
    """A PDF of one page with lines of text, each of a size."""
    drawn = (
        "BT 50 780 Td "
        + " ".join(f"/F1 {size} Tf ({text}) Tj 0 -{size + 4} Td" for size, text in lines)
        + " ET"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({title}) >>",
    ]
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\n"
    tail += f"startxref\n{out.index('xref')}\n%%EOF\n"
    return (out + tail).encode("latin-1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "paper"


PAGE = [(20, "Counting Sheep"), (20, "in the Field"), (10, "Anna Koehler"), (10, "Abstract"), (10, ABSTRACT),
        (10, "1 Introduction"), (10, "Sheep are old.")]  # fmt: skip


@pytest.mark.parametrize(("named", "title"), [
    ("", "Counting Sheep in the Field"),
    ("Microsoft Word - sheep.docx", "Counting Sheep in the Field"),
    ("On Counting Sheep", "On Counting Sheep"),
])  # fmt: skip
def test_title_and_abstract_of_the_first_page_are_read(file: Path, named: str, title: str) -> None:
    pytest.importorskip("pypdf")
    file.write_bytes(pdf(PAGE, named))
    (listing,) = read_file(file).listings
    assert (listing.title, listing.abstract) == (title, ABSTRACT.strip())


@pytest.mark.parametrize(("lines", "reason"), [
    ([line for line in PAGE if line[1] != "Abstract"], "has no heading “Abstract”"),
    (PAGE[:5], "where the abstract of the PDF ends isn't certain"),
    ([line if line[1] != ABSTRACT else (10, "Too short.") for line in PAGE], "isn't one"),
    ([(10, text) for _, text in PAGE[3:]], "the title of the PDF isn't certain"),
])  # fmt: skip
def test_what_is_not_plain_is_refused(file: Path, lines: list[tuple[int, str]], reason: str) -> None:
    pytest.importorskip("pypdf")
    file.write_bytes(pdf(lines))
    with pytest.raises(CorpusError, match=reason):
        read_file(file)


def test_a_damaged_pdf_is_an_error_of_ours(file: Path) -> None:
    pytest.importorskip("pypdf")
    file.write_bytes(pdf(PAGE)[:300])
    with pytest.raises(CorpusError, match=r"paper: .*export its record"):
        read_file(file)


def test_without_the_extra_the_message_says_what_to_install(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    file.write_bytes(pdf(PAGE))
    with pytest.raises(CorpusError, match=r"pip install -e '\.\[pdf\]'"):
        read_file(file)
