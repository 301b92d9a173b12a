"""`make reliability`: runs the trials and writes docs/reliability.md's table."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.readers import read_file
from tests.reliability.trials import PAPERS, Tally, Trials

log = logging.getLogger("reliability")
_PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_BEGIN, _END = "<!-- table -->", "<!-- end of table -->"


def write_papers(folder: Path) -> tuple[Path, Path]:
    """Two files of papers that ship, for a library and to be added to it."""
    listings = read_file(SAMPLE_CORPUS / "000_33191604a80920a0.txt").listings[: 2 * PAPERS]
    files = folder / "papers.jsonl", folder / "more.jsonl"
    for file, some in zip(files, (listings[:PAPERS], listings[PAPERS:]), strict=True):
        lines = ({"title": x.title, "abstract": x.abstract, "date": x.date} for x in some)
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return files


def _row(name: str, tally: Tally) -> str:
    log.info("%s: %s", name, tally)
    for note in tally.notes:
        log.warning("%s", note)
    return f"| {name} | {tally.trials} | {tally.lost} | {tally.doubled} | {tally.faults} | {tally.unsound} |"


def main() -> None:
    """Runs all trials."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser()
    for name, count in (("kills", 200), ("full", 20), ("corrupted", 60), ("malformed", 60)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="Write the table into docs/reliability.md.")
    given = parser.parse_args()
    rows = [
        "| trial | runs | papers lost | doubled | tracebacks and crashes | unsound after |",
        "|---|---|---|---|---|---|",
    ]
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        trials = Trials(scratch, *write_papers(scratch), seed=given.seed)
        if given.corrupted:
            rows.append(_row("bytes flipped in a file", trials.corruptions(given.corrupted)))
        if given.full:
            rows.append(_row("disk full while ingesting", trials.full_disks(given.full)))
        if given.malformed:
            rows.append(_row("malformed input", trials.malformed(given.malformed)))
        if given.kills:
            rows += [_row(f"kill -9 in {name}", tally) for name, tally in trials.kills(given.kills)]
    table = "\n".join(rows)
    log.info("%s", table)
    if given.write:
        page = _PAGE.read_text()
        before, _, rest = page.partition(_BEGIN)
        _PAGE.write_text(f"{before}{_BEGIN}\n{table}\n{_END}{rest.partition(_END)[2]}")


if __name__ == "__main__":
    main()
