"""Answers and conversations in other forms, for people and programs to take away."""

from footnote.rag.export.bibtex import citation_key, cited_papers, to_bibtex
from footnote.rag.export.footnotes import renumbered
from footnote.rag.export.markdown import conversation_markdown, to_markdown
from footnote.rag.export.readable import identifiers, one_line, printable, readable_date, reference
from footnote.rag.export.ris import to_ris
from footnote.rag.export.spreadsheet import to_csv
from footnote.rag.export.text import conversation_text, to_text
from footnote.rag.export.transcript import Transcript, conversation_json, to_json

__all__ = [
    "Transcript",
    "citation_key",
    "cited_papers",
    "conversation_json",
    "conversation_markdown",
    "conversation_text",
    "identifiers",
    "one_line",
    "printable",
    "readable_date",
    "reference",
    "renumbered",
    "to_bibtex",
    "to_csv",
    "to_json",
    "to_markdown",
    "to_ris",
    "to_text",
]
