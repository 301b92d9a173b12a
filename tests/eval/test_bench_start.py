"""The benchmark of a first start: what it runs and how it sums up."""

from __future__ import annotations

import json
import sys

import pytest

from footnote.eval.benchmarks.start import StartRecord, Took, bench_start
from footnote.eval.errors import BenchError

SCRIPT = """
import os, pathlib
home = pathlib.Path(os.environ["FOOTNOTE_HOME"])
(home / str(len(list(home.iterdir())))).touch()
assert len(list(home.iterdir())) <= 2
"""


def test_each_home_is_empty_at_first_and_asked_twice() -> None:
    record = bench_start(2, command=(sys.executable, "-c", SCRIPT))
    assert (len(record.first), len(record.warm)) == (2, 2)
    assert all(took.wall_s > 0 for took in (*record.first, *record.warm))


def test_medians_and_ratio() -> None:
    first = tuple(Took(wall_s=wall, cpu_s=2 * wall) for wall in (6.0, 9.0, 7.0))
    warm = tuple(Took(wall_s=wall, cpu_s=wall) for wall in (2.0, 4.0, 1.0))
    record = StartRecord(cores=2, first=first, warm=warm)
    assert record.first_median == Took(wall_s=7, cpu_s=14)
    assert record.ratio == Took(wall_s=3.5, cpu_s=7)
    assert StartRecord.model_validate(json.loads(record.model_dump_json())) == record


def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(BenchError, match=r"exit code 3: no luck"):
        bench_start(1, command=(sys.executable, "-c", "import sys; sys.stderr.write('no luck'); sys.exit(3)"))
