"""Exports of answers and conversations, for people and programs."""

from collections.abc import Callable, Mapping

from footnote.rag.answer import Answer, Format
from footnote.rag.export.bibtex import to_bibtex
from footnote.rag.export.cited import citation_key, cited_papers
from footnote.rag.export.csl import to_csl
from footnote.rag.export.footnotes import renumbered
from footnote.rag.export.html import to_html
from footnote.rag.export.markdown import conversation_markdown, to_markdown
from footnote.rag.export.readable import identifiers, one_line, printable, readable_date, reference
from footnote.rag.export.ris import to_ris
from footnote.rag.export.spreadsheet import to_csv
from footnote.rag.export.text import conversation_text, to_text
from footnote.rag.export.transcript import Transcript, conversation_json, to_json

__all__ = [
    "FORMATS",
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
    "to_csl",
    "to_csv",
    "to_html",
    "to_json",
    "to_markdown",
    "to_ris",
    "to_text",
]

FORMATS: Mapping[Format, Callable[[Answer], str]] = {
    "text": to_text,
    "markdown": to_markdown,
    "html": to_html,
    "bibtex": to_bibtex,
    "ris": to_ris,
    "csl": to_csl,
    "csv": to_csv,
}
"""How one answer is written in each format."""
