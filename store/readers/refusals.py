"""What a file that no reader reads looks like, and how to make one of it that is read. Pure."""

from __future__ import annotations

import re

from footnote.store.readers.text_decoding import decoded_head

_AS = "export the records as BibTeX, RIS, CSV or JSON"
_SHEET = "save the sheet with the records as CSV (comma-separated values)"

# Signatures of binary files.
_BINARY = (
    (b"PK\x05\x06", "an empty ZIP archive", "put the files of records in it"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Word, Excel or PowerPoint document",
        f"of a sheet, {_SHEET}; else {_AS}",
    ),
    (b"{\\rtf", "a rich text document", _AS),
    (b"\x89PNG", "an image", _AS),
    (b"\xff\xd8\xff", "an image", _AS),
    (b"GIF8", "an image", _AS),
    (b"RIFF", "an image, sound or film", _AS),
    (b"\x7fELF", "a program", _AS),
    (b"MZ", "a program", _AS),
    (b"\xca\xfe\xba\xbe", "a program", _AS),
    (b"BZh", "a bzip2 archive", "unpack it, or pack it as ZIP or gzip"),
    (b"\xfd7zXZ", "an xz archive", "unpack it, or pack it as ZIP or gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it, or pack it as ZIP"),
    (b"Rar!", "a RAR archive", "unpack it, or pack it as ZIP"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "unpack it, or pack it as ZIP or gzip"),
    (b"PAR1", "a Parquet table", "save it as CSV or JSON lines"),
    (b"SQLite format 3\0", "an SQLite database that isn't Zotero's", _AS),
)
_CODE = re.compile(
    r"^\s*(?:#!/|import \w|from [\w.]+ import |def \w+\(|class \w+|#include\s*[<\"]|package [\w.]+;?$"
    r"|using [\w.]+;|public (?:class|static)|func \w+\(|fn \w+|(?:const|let|var) \w+\s*="
    r"|function\s*\w*\(|library\(|<\?php|@\w+$"
    r"|export (?:default|const|function)|module\.exports|SELECT .* FROM|CREATE TABLE|\w[\w.]* <- )",
    re.MULTILINE,
)
_LOG = re.compile(
    r"^\W{0,2}(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\w{3} +\d{1,2} \d\d:\d\d:\d\d"
    r"|\[?(?:INFO|DEBUG|WARN(?:ING)?|ERROR)\b)",
    re.MULTILINE,
)
_SETTING = re.compile(r"^\s*(?:\[[\w .:\"-]+\]\s*$|[\w.\"-]+\s*[:=]\s*\S.*$|- \S)", re.MULTILINE)


# Text that databases write for people to read, not for programs.
_DATABASES = (
    (
        re.compile(r"^<\d+>\s*\n(?:Accession Number|Unique Identifier|Title|Database|Record Owner)\b", re.M),
        "Ovid's text for reading",
        "export the records from Ovid as RIS, or for Citavi",
    ),
    (
        re.compile(r"^Persistent link to this record|https?://search\.ebscohost\.com/", re.M),
        "EBSCO's text for reading",
        "export the records from EBSCO as RIS, BibTeX or CSV",
    ),
    (
        re.compile(r"^1[.:] .+(?:\n.*){1,400}?^PMID: \d{1,8}\b", re.M),
        "PubMed's text for reading",
        "save the records with the format “PubMed”, not “Abstract” or “Summary”",
    ),
)


def looks_like(head: bytes) -> str:
    """What a file that begins with `head` looks like, and the way to records that are read."""
    what, fix = _kind(head)
    return f"looks like {what}, which holds no records that can be read: {fix}"


def _kind(head: bytes) -> tuple[str, str]:
    for signature, what, fix in _BINARY:
        if head.startswith(signature):
            return what, fix
    if b"ustar" in head[257:265]:
        return "a tar archive", "unpack it, or pack it as ZIP"
    text = decoded_head(head)
    if not text:
        return "a binary file", _AS
    for pattern, what, fix in _DATABASES:
        if pattern.search(text):
            return what, fix
    start = text[:2_000].lstrip().lower()
    if start.startswith(("<!doctype html", "<html")) or "<html" in start:
        return (
            "a web page",
            "use the export of the site where it is from (BibTeX, RIS, CSV), not the page itself",
        )
    if start.startswith(("<?xml", "<!doctype", "<")):
        root = re.search(r"<([A-Za-z_][\w:.-]{0,60})", re.sub(r"<[?!][^>]*>", "", text[:5_000]))
        name = f" (<{root[1]}>)" if root else ""
        return f"XML of another kind{name}", "PubMed's, EndNote's and arXiv's is read; " + _AS
    if re.search(r"\\documentclass|\\begin\{document\}|\\section\{|\\bibitem", text):
        return "a LaTeX document", "add the .bib file that it cites"
    lines = [line for line in text.splitlines() if line.strip()][:200]
    if len(_LOG.findall(text)) > len(lines) / 3:
        return "a log", _AS
    if len(_CODE.findall("\n".join(lines))) >= 2:
        return "source code", _AS
    if _is_table(lines):
        return "a table without a column of titles", "name the columns: title, abstract, authors, year, doi"
    if len(_SETTING.findall("\n".join(lines))) > 0.7 * len(lines):
        return "a file of settings", _AS
    if re.search(r"^#{2,6} \S|^```|^# \S.*\n\n|\]\(http", text, re.MULTILINE):
        return "a Markdown document", _AS
    return "plain text", _AS


def _is_table(lines: list[str]) -> bool:
    """Whether lines have the same number of cells."""
    for separator in ("\t", ";", ","):
        counts = [line.count(separator) for line in lines[:20]]
        if len(counts) > 1 and counts[0] >= 2 and counts.count(counts[0]) > 0.8 * len(counts):
            return True
    return False
