"""Mutation testing: changes a line of a room, runs the tests that cover it, and reports what none noticed.

    python .ci/mutants [--room ROOM] [--sample N] [--seed SEED] [--reuse] [--again] [--module FILE]

A seeded sample in proportion to each module's mutations, on a copy of the tree in build/mutants. A script of
ours: mutmut takes a module's name from its file's path, but the root of this tree is the package `footnote`;
cosmic-ray runs one command for every mutant, whatever it changes, and so all tests, with the libraries that
they load.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from mutations import Mutation, mutations
from running import Run, load_libraries, run

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "mutants"
TREE = WORK / "footnote"  # its name is the package's
ROOMS = {
    "rag/verification": [
        "tests/rag/verification",
        "tests/rag/test_verify.py",
        "tests/rag/test_verifying.py",
        "tests/rag/composing",
    ],
    "store": ["tests/store"],
    "ui/add": ["tests/ui/add"],
}
LEAST_KILLED = 0.9
_LIMIT_S, _LIMIT_TIMES = 60.0, 4.0
"""A run may take a minute, and four times what its tests took before."""
_TESTS_S = 60.0
"""Tests of a mutant take so long together at most; the nearest and quickest of them are run."""


@dataclass(frozen=True)
class Coverage:
    """Of a room's tests. lines: tests by module and line. seconds: by test."""

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    def tests(self, module: str, line: int) -> list[str]:
        """The tests that run a line: its module's first, then its folder's, the quickest first.

        Of a line that importing runs, every test of the module, and of a module without one, of the room.
        """
        lines = self.lines.get(module, {})
        found = set(lines.get(line, ())) or {test for each in lines.values() for test in each}
        folder, stem = Path("tests", module).parent.as_posix(), Path(module).stem

        def rank(test: str) -> tuple[bool, bool, float]:
            return f"/test_{stem}.py" not in test, not test.startswith(folder), self.seconds[test]

        chosen, total = [], 0.0
        for test in sorted(found or self.seconds, key=rank):
            total += self.seconds[test]
            if chosen and total > _TESTS_S:
                break
            chosen.append(test)
        return chosen


@dataclass(frozen=True)
class Mutant:
    """A mutation of a module."""

    module: str
    mutation: Mutation

    def diff(self) -> str:
        """The lines that it changes."""
        before = (ROOT / self.module).read_text("utf-8")
        after = self.mutation.applied(before)
        lines = difflib.unified_diff(
            before.splitlines(), after.splitlines(), self.module, "mutant", "", "", 1, ""
        )
        return "\n".join(lines)


def main() -> int:
    """Runs the sample of each room, prints what survived, and fails below nine tenths killed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--room", choices=ROOMS, action="append", help="rooms (default: all)")
    parser.add_argument("--sample", type=int, default=40, help="mutants a room (default: 40)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reuse", action="store_true", help="the coverage of the last run, not a new one")
    parser.add_argument("--again", action="store_true", help="of the sample only what survived the last time")
    parser.add_argument("--module", help="mutants of this module alone")
    asked = parser.parse_args()
    _copy_tree()
    load_libraries()
    shares = [_room(room, asked) for room in asked.room or ROOMS]
    return int(min(shares) < LEAST_KILLED)


def _room(room: str, asked: argparse.Namespace) -> float:
    covered = _coverage(room, reuse=asked.reuse)
    result = WORK / f"{room.replace('/', '-')}-{asked.seed}-report.json"
    sample = _sample(room, asked.sample, asked.seed, asked.module)
    if asked.again:
        survived = [each["mutant"] for each in json.loads(result.read_text()) if each["survived"]]
        sample = [mutant for mutant in sample if asdict(mutant) in survived]
    runs: dict[Mutant, Run] = {}
    for mutant in sample:
        runs[mutant] = _run(mutant, covered)
        print(
            f"{'survived' if runs[mutant].passed else 'killed  '} {runs[mutant].seconds:5.1f} s "
            f"{mutant.module}:{mutant.mutation.line} {mutant.mutation.text[:70]!r}",
            flush=True,
        )
    _confirm(room, runs)
    alive = [mutant for mutant in sample if runs[mutant].passed]
    for mutant in alive:
        print(f"\n{mutant.diff()}")
    slow = sum(each.timed_out for each in runs.values())
    share = 1 - len(alive) / max(len(sample), 1)
    print(
        f"\n{room}: {len(sample) - len(alive)} of {len(sample)} mutants killed ({share:.1%}), "
        f"{slow} of them by their time; seed {asked.seed}\n",
        flush=True,
    )
    report = [{"mutant": asdict(m), "run": asdict(r), "survived": r.passed} for m, r in runs.items()]
    result.write_text(json.dumps(report, indent=1))
    return share


def _copy_tree() -> None:
    """A copy of the files that git knows or would add."""
    shutil.rmtree(TREE, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, TREE / name)
    os.chdir(TREE)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(WORK), os.environ.get("PYTHONPATH", "")])
    sys.path.insert(0, str(WORK))


def _coverage(room: str, *, reuse: bool) -> Coverage:
    """Measured in a process of its own. Ends the program where a test fails without a mutation."""
    result = WORK / f"{room.replace('/', '-')}.json"
    if not (reuse and result.exists()):
        result.unlink(missing_ok=True)
        log = WORK / "coverage.log"
        measure = Path(__file__).with_name("covering.py")
        with log.open("w") as out:
            subprocess.run(
                [sys.executable, measure, TREE, room, result, *ROOMS[room]], stdout=out, stderr=out
            )
        if not result.exists():
            sys.exit(f"{room}: its coverage could not be measured, see {log}")
    measured = json.loads(result.read_text())
    if measured["failed"]:
        sys.exit(f"Tests fail without a mutation: {', '.join(measured['failed'])}")
    lines = {
        module: {int(line): tests for line, tests in each.items()}
        for module, each in measured["lines"].items()
    }
    return Coverage(lines, measured["seconds"])


def _sample(room: str, size: int, seed: int, module: str | None) -> list[Mutant]:
    """A sample in proportion to each module's mutations: every n-th of them, shuffled within their module."""
    chosen = random.Random(seed)
    mutants: list[Mutant] = []
    for file in sorted((ROOT / room).rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if module in (None, name):
            found = [Mutant(name, each) for each in mutations(file.read_text("utf-8"))]
            mutants += chosen.sample(found, len(found))
    step = max(len(mutants) / size, 1)
    start = chosen.random() * step
    return [mutants[place] for n in range(size) if (place := int(start + n * step)) < len(mutants)]


def _run(mutant: Mutant, covered: Coverage) -> Run:
    tests = covered.tests(mutant.module, mutant.mutation.line)
    limit = _LIMIT_S + _LIMIT_TIMES * sum(covered.seconds[test] for test in tests)
    file = TREE / mutant.module
    source, status = file.read_text("utf-8"), file.stat()
    try:
        file.write_text(mutant.mutation.applied(source), "utf-8")
        # Compiled files are known by whole seconds and size alone.
        os.utime(file, (status.st_atime, status.st_mtime + 10))
        return run(tests, WORK / "mutant.log", limit_s=limit)
    finally:
        file.write_text(source, "utf-8")
        os.utime(file, (status.st_atime, status.st_mtime))


def _confirm(room: str, runs: dict[Mutant, Run]) -> None:
    """Ends the program where a test that killed fails without a mutation too: it would prove nothing."""
    killing = sorted({test for each in runs.values() if not each.passed for test in each.failed})
    if killing:
        alone = run(killing, WORK / "confirm.log", limit_s=1_800, first=False)
        if not alone.passed:
            sys.exit(f"{room}: tests that killed fail without a mutation too:\n{alone.tail}")


if __name__ == "__main__":
    sys.exit(main())
