"""`footnote verify`: claims from a file, or a draft, through the gate; options in, text or JSON out."""

from __future__ import annotations

from collections import Counter
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
    from footnote.rag.verifying import ClaimCheck

_DRAFTS = (".md", ".markdown", ".txt")


def verify(
    path: Annotated[Path, typer.Argument(help="PAIRS.jsonl, or a draft: .md, .markdown, .txt.")],
    as_json: Json = False,
) -> None:
    """Check claims against their evidence, or a draft against the library.

    PAIRS.jsonl has a line {"id", "claim", "evidence": ["sentence", …]} for each claim, with "titles" where
    those are known; with --json, a line {"id", "verdict", "supported", "judged_by", "reasons", "cautions"}
    is printed for each. Of a draft, each sentence is held against the nearest sentences of the library. With
    a chat model (FOOTNOTE_MODEL) or a classifier (FOOTNOTE_VERIFIER), claims are judged as well.
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
    from footnote.rag.verifying import EvidencedClaim, verify

    pairs = read_pairs(path)
    checks = verify([EvidencedClaim(pair.claim, pair.evidence, pair.titles) for pair in pairs])
    for pair, check in zip(pairs, checks, strict=True):
        if as_json:
            print_json({"id": pair.id, **_check_as_json(check)}, indent=None)
        else:
            _print_claim(str(pair.id), pair.claim, check)
    if not as_json:
        out.print(Text(f"{len(checks)} claims: {_counts(checks)}."))


def _verify_draft(path: Path, *, as_json: bool) -> None:
    from footnote.rag.drafts import DraftError, sentences_of, verify_draft
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
    with closing(library), bar("Checking") as progress:
        checks = verify_draft(sentences, library, settings, progress)
    if as_json:
        print_json({"sentences": [_as_json(check) for check in checks]})
    else:
        _print_checks(checks)


def _as_json(check: SentenceCheck) -> dict[str, Any]:
    return {
        "text": check.sentence.text,
        "line": check.sentence.line,
        **_check_as_json(check.check),
        "support": [_support(citation) for citation in check.support],
    }


def _check_as_json(check: ClaimCheck) -> dict[str, Any]:
    return {
        "verdict": check.verdict,
        "supported": check.supported,
        "judged_by": check.judged_by,
        "reasons": list(check.reasons),
        "cautions": list(check.cautions),
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
        _print_claim(f"line {check.sentence.line}", check.sentence.text, check.check)
        shown = check.support or ((check.nearest,) if check.nearest else ())
        for citation in shown:
            lead = "" if check.support else "nearest: "
            out.print(Text(printable(f"    {lead}“{citation.quote}” — {reference(citation.paper)}")))
    supported = sum(check.check.supported for check in checks)
    counts = _counts([check.check for check in checks])
    out.print(Text(f"The library supports {supported} of {len(checks)} sentences: {counts}."))


def _counts(checks: Sequence[ClaimCheck]) -> str:
    """How many claims have each verdict, in words."""
    counts = Counter(check.verdict.replace("_", " ") for check in checks)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "none"


def _print_claim(name: str, claim: str, check: ClaimCheck) -> None:
    from footnote.rag.export import printable

    style = "green" if check.supported else "red"
    verdict = check.verdict.replace("_", " ") + (f" by {check.judged_by}" if check.judged_by else "")
    out.print(Text.assemble((f"{verdict:12}", style), printable(f" {name}: {claim}")))
    for reason in (*check.reasons, *check.cautions):
        out.print(Text(printable(f"    {reason}")))
