"""`footnote verify`: claims from a file, or a draft, through the gate; options in, text or JSON out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from footnote.console import Json, bar, out, print_json

if TYPE_CHECKING:
    from footnote.rag.answer import Citation
    from footnote.rag.drafts import SentenceCheck

_DRAFTS = (".md", ".markdown", ".txt")


def verify(
    path: Annotated[Path, typer.Argument(help="PAIRS.jsonl, or a draft: .md, .markdown, .txt.")],
    as_json: Json = False,
) -> None:
    """Check claims against their evidence, or a draft against the library.

    PAIRS.jsonl has a line {"id", "claim", "evidence": ["sentence", …]} for each claim, with "titles" where
    those are known; with --json, a line {"id", "verdict", "supported", "reasons"} is printed for
    each. Of a draft, each sentence is held against the nearest sentences of the library.
    """
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        _verify_pairs(path, as_json=as_json)
    elif path.suffix.lower() in _DRAFTS:
        _verify_draft(path, as_json=as_json)
    else:
        raise typer.BadParameter(
            f"{path}: name a file that ends with .jsonl (pairs) or {', '.join(_DRAFTS)} (a draft)"
        )


def _verify_pairs(path: Path, *, as_json: bool) -> None:
    from footnote.eval.verification.claim_files import read_pairs
    from footnote.rag.verification.verify import check

    pairs = read_pairs(path)
    supported = 0
    with bar("Checking") as progress:
        for number, pair in enumerate(pairs, start=1):
            ruling = check(pair.claim, pair.evidence, titles=pair.titles)
            passed = ruling.passes
            supported += passed
            if as_json:
                line = {
                    "id": pair.id,
                    "verdict": ruling.verdict,
                    "supported": passed,
                    "reasons": ruling.reasons,
                }
                print_json(line, indent=None)
            else:
                _print_claim(str(pair.id), ruling.verdict, pair.claim, ruling.reasons)
            progress(number, len(pairs))
    if not as_json:
        out.print(Text(f"{supported} of {len(pairs)} claims are supported."))


def _verify_draft(path: Path, *, as_json: bool) -> None:
    from footnote.rag.drafts import DraftError, sentences_of, verify_sentence
    from footnote.rag.opening import library_of
    from footnote.rag.settings import load_settings

    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise DraftError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DraftError(f"{path}: is not UTF-8 at byte {error.start}: save it as UTF-8") from error
    sentences = sentences_of(text)
    settings = load_settings()
    with bar("Indexing") as progress:
        library = library_of(settings, progress=progress)
    checks: list[SentenceCheck] = []
    with closing(library), bar("Checking") as progress:
        for number, sentence in enumerate(sentences, start=1):
            checks.append(verify_sentence(sentence, library, settings))
            progress(number, len(sentences))
    if as_json:
        print_json({"sentences": [_as_json(check) for check in checks]})
    else:
        _print_checks(checks)


def _as_json(check: SentenceCheck) -> dict[str, Any]:
    return {
        "text": check.sentence.text,
        "line": check.sentence.line,
        "verdict": check.verdict,
        "supported": check.verdict == "supported",
        "reasons": list(check.reasons),
        "support": [_support(citation) for citation in check.support],
    }


def _support(citation: Citation) -> dict[str, Any]:
    return {
        "paper": citation.paper.id,
        "title": citation.paper.title,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _print_checks(checks: Sequence[SentenceCheck]) -> None:
    from footnote.rag.export import printable, reference

    for check in checks:
        place = f"line {check.sentence.line}"
        _print_claim(place, check.verdict, check.sentence.text, check.reasons)
        shown = check.support or ((check.nearest,) if check.nearest else ())
        for citation in shown:
            lead = "" if check.support else "nearest: "
            out.print(Text(printable(f"    {lead}“{citation.quote}” — {reference(citation.paper)}")))
    supported = sum(check.verdict == "supported" for check in checks)
    out.print(Text(f"The library supports {supported} of {len(checks)} sentences."))


def _print_claim(name: str, verdict: str, claim: str, reasons: Sequence[str]) -> None:
    from footnote.rag.export import printable

    style = "green" if verdict == "supported" else "red"
    out.print(Text.assemble((f"{verdict:12}", style), printable(f" {name}: {claim}")))
    for reason in reasons:
        out.print(Text(printable(f"    {reason}")))
