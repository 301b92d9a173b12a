"""Which tests run which line of a module, by one run of them with coverage and dynamic contexts."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import pytest


class _Contexts:
    """A pytest plugin: names each test to coverage, and each fixture that several tests share.

    What a shared fixture runs counts for every test that uses it, not only for the first.
    """

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._names = [""]
        self.seconds: dict[str, float] = defaultdict(float)
        self.users: dict[str, list[str]] = defaultdict(list)
        self.failed: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Generator[None, object, object]:
        for name, definitions in item._fixtureinfo.name2fixturedefs.items():
            self.users[f"fixture {definitions[-1].baseid}::{name}"].append(item.nodeid)
        return (yield from self._named(item.nodeid))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        return (yield from self._named(f"fixture {fixturedef.baseid}::{fixturedef.argname}"))

    def _named(self, name: str) -> Generator[None, object, object]:
        self._names.append(name)
        self._measured.switch_context(name)
        try:
            return (yield)
        finally:
            self._names.pop()
            self._measured.switch_context(self._names[-1])

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.append(report.nodeid)


def measure(tree: Path, room: str, tests: list[str], result: Path) -> int:
    """Runs the tests of a room; writes who covers what, and how many seconds each test takes."""
    measured = coverage.Coverage(data_file=None, include=[f"{tree}/{room}/*"], config_file=False)
    contexts = _Contexts(measured)
    measured.start()
    status = pytest.main(["-q", "-p", "no:cacheprovider", "--durations=60", *tests], plugins=[contexts])
    measured.stop()
    data = measured.get_data()
    lines: dict[str, dict[int, list[str]]] = {}
    for file in data.measured_files():
        lines[str(Path(file).relative_to(tree))] = {
            line: sorted({test for name in names if name for test in contexts.users.get(name, [name])})
            for line, names in data.contexts_by_lineno(file).items()
        }
    result.write_text(json.dumps({"lines": lines, "seconds": contexts.seconds, "failed": contexts.failed}))
    return int(status)


if __name__ == "__main__":
    sys.exit(measure(Path(sys.argv[1]), sys.argv[2], sys.argv[4:], Path(sys.argv[3])))
