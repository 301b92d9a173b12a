"""Trials of a library: killed, corrupted, on a full disk, fed with malformed files."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.commands import Ran, run

PAPERS = 12
QUESTION = "How are language models aligned?"


@dataclass
class Tally:
    """What some trials came to. lost, doubled: papers. faults: tracebacks, crashes, panics."""

    trials: int = 0
    lost: int = 0
    doubled: int = 0
    faults: int = 0
    unsound: int = 0
    notes: list[str] = field(default_factory=list)

    def fault(self, what: str, ran: Ran) -> None:
        """Counts a command that ended otherwise than with an answer or a named error."""
        if ran.is_fault:
            self.faults += 1
            self.notes.append(f"{what}: exit {ran.code}: {ran.text[-600:]}")


def titles(home: Path) -> Counter[str]:
    """The titles of the papers in a library, as SQLite has them, removed ones left out."""
    with closing(sqlite3.connect(home / "library" / "catalog.sqlite")) as connection:
        return Counter(t for (t,) in connection.execute("SELECT title FROM papers WHERE removed IS NULL"))


class Trials:
    """Trials on copies of one small library; `scratch` is a folder for them."""

    def __init__(self, scratch: Path, papers: Path, more: Path, seed: int = 0) -> None:
        """papers: a file of papers that the library holds. more: of others, to be added."""
        self._scratch = scratch
        self._chance = random.Random(seed)
        self._more = more
        self._output = scratch / "output.txt"
        self.home = scratch / "home"
        self._run(self.home, "ingest", str(papers))
        self._held = titles(self.home)
        grown = self._copy("grown")
        self._run(grown, "ingest", str(more))
        self._grown = titles(grown)
        with closing(sqlite3.connect(self.home / "library" / "catalog.sqlite")) as connection:
            self._first, self._first_title = connection.execute(
                "SELECT id, title FROM papers LIMIT 1"
            ).fetchone()

    def _run(self, home: Path, *arguments: str, **options: float) -> Ran:
        return run(home, *arguments, output=self._output, **options)  # type: ignore[arg-type]

    def _copy(self, name: str) -> Path:
        target = self._scratch / name
        shutil.rmtree(target, ignore_errors=True)
        return shutil.copytree(self.home, target)

    def _operations(self) -> dict[str, tuple[tuple[str, ...], Counter[str], Counter[str]]]:
        """By name: a command, what the library has to hold before and after it."""
        rest = self._held - Counter([self._first_title])
        archive = self._scratch / "backup.zip"
        self._run(self.home, "backup", str(archive), "--replace")
        return {
            "ingest": (("ingest", str(self._more)), self._held, self._grown),
            "remove": (("remove", self._first), self._held, rest),
            "undo": (("undo", "1"), self._held, Counter()),
            "rebuild": (("ingest", "--rebuild"), self._held, self._held),
            "repair": (("doctor", "--repair"), self._held, self._held),
            "ask": (("ask", QUESTION), self._held, self._held),
            "backup": (("backup", str(self._scratch / "b.zip"), "--replace"), self._held, self._held),
            "restore": (("restore", str(archive), "--replace"), self._held, self._held),
        }

    def kills(self, count: int) -> Iterator[tuple[str, Tally]]:
        """kill -9 at random moments of each operation, then the next run finishes it."""
        operations = self._operations()
        for name, (command, before, after) in operations.items():
            tally = Tally()
            whole = self._run(self._copy("timed"), *command)
            tally.fault(f"{name}, whole", whole)
            for _ in range(max(1, count // len(operations))):
                home = self._copy("killed")
                self._run(home, *command, kill_after_s=self._chance.uniform(0.02, whole.seconds))
                self._check(tally, home, name, (before, after))
            yield name, tally

    def _check(self, tally: Tally, home: Path, what: str, allowed: tuple[Counter[str], ...]) -> None:
        tally.trials += 1
        tally.fault(what, self._run(home, "ingest"))
        self._count(tally, home, what, allowed)
        doctor = self._run(home, "doctor")
        tally.fault(f"{what}, doctor", doctor)
        if doctor.code:
            tally.unsound += 1
            tally.notes.append(f"{what}: {doctor.text[-400:]}")

    @staticmethod
    def _count(tally: Tally, home: Path, what: str, allowed: tuple[Counter[str], ...]) -> None:
        held = titles(home)
        tally.doubled += sum(count - 1 for count in held.values())
        if held not in allowed:
            lost = min(sum((state - held).values()) for state in allowed)
            tally.lost += max(1, lost)
            tally.notes.append(
                f"{what}: {len(held)} papers, neither {' nor '.join(str(len(a)) for a in allowed)}"
            )

    def full_disks(self, levels: int) -> Tally:
        """Ingestion where no file can grow beyond a limit, then again without the limit."""
        tally = Tally()
        biggest = max(f.stat().st_size for f in self.home.rglob("*") if f.is_file())
        for level in range(levels):
            home = self._copy("full")
            limit = 4_096 + level * (2 * biggest) // levels
            tally.fault(f"full at {limit}", self._run(home, "ingest", str(self._more), most_bytes=limit))
            self._count(tally, home, f"full at {limit}", (self._held, self._grown))
            self._run(home, "ingest", str(self._more))
            self._check(tally, home, f"after full at {limit}", (self._grown,))
        return tally

    def corruptions(self, count: int) -> Tally:
        """Bytes flipped in one file of the library; repaired, unless it is the catalog."""
        tally = Tally()
        files = sorted(
            f.relative_to(self.home) for f in self.home.rglob("*") if f.is_file() and f.stat().st_size
        )
        for number in range(count):
            home = self._copy("corrupted")
            file = home / files[number % len(files)]
            self._flip(file)
            what = f"{files[number % len(files)]}, flipped"
            for command in (
                ("search", QUESTION),
                ("status",),
                ("ingest", str(self._more)),
            ):
                tally.fault(f"{what}, {command[0]}", self._run(home, *command))
            repaired = self._run(home, "doctor", "--repair")
            tally.fault(f"{what}, repair", repaired)
            tally.trials += 1
            if file.name.startswith("catalog.sqlite"):
                continue  # what is damaged there, a backup restores
            self._count(tally, home, what, (self._held, self._grown))
            if repaired.code:
                tally.unsound += 1
                tally.notes.append(f"{what}: {repaired.text[-400:]}")
        return tally

    def _flip(self, file: Path) -> None:
        content = bytearray(file.read_bytes())
        for _ in range(1 + len(content) // 500):
            content[self._chance.randrange(len(content))] ^= self._chance.randrange(1, 256)
        file.write_bytes(content)

    def malformed(self, count: int) -> Tally:
        """Files that are cut, spliced, flipped or of another kind than they look, ingested."""
        tally = Tally()
        good = self._more.read_bytes()
        cases: list[tuple[str, Callable[[], bytes]]] = [
            (".jsonl", lambda: good[: self._chance.randrange(len(good))]),
            (".jsonl", lambda: self._flipped(good)),
            (".bib", lambda: b"@article{x, title={" + self._flipped(good)[:3_000]),
            (".csv", lambda: b'title,abstract\n"' + self._flipped(good)[:3_000]),
            (".xml", lambda: b"<?xml version='1.0'?><PubmedArticleSet>" + self._flipped(good)[:3_000]),
            (".json", lambda: b"[" * 50_000),
            (".zip", lambda: b"PK\x03\x04" + self._flipped(good)[:3_000]),
            (".gz", lambda: b"\x1f\x8b\x08" + self._flipped(good)[:3_000]),
            (".ris", lambda: b"TY  - JOUR\nTI  - " + self._chance.randbytes(2_000)),
            (".txt", lambda: self._chance.randbytes(5_000)),
        ]
        home = self._copy("malformed")
        for number in range(count):
            ending, make = cases[number % len(cases)]
            file = self._scratch / f"malformed{ending}"
            file.write_bytes(make())
            tally.fault(f"malformed {ending}", self._run(home, "ingest", str(file)))
            tally.trials += 1
            missing = self._held - titles(home)
            tally.lost += sum(missing.values())
            file.unlink()
        self._check(tally, home, "malformed", (titles(home),))
        tally.trials -= 1
        return tally

    def _flipped(self, content: bytes) -> bytes:
        changed = bytearray(content)
        for _ in range(len(changed) // 200):
            changed[self._chance.randrange(len(changed))] = self._chance.randrange(256)
        return bytes(changed)
