"""Asking, serving and ingesting, each for half a minute: nothing is sent to another machine, and nothing is
written outside FOOTNOTE_HOME and the temporary folder. Needs strace; `make check-network` runs it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.packaging.system_calls import Recorded, missing, record

pytestmark = pytest.mark.strace

IDLE_S = 30
"""onnxruntime would send its first report some ten seconds after it starts."""
COMMAND = """
import time
from footnote.app import main
try:
    main()
finally:
    time.sleep(float({idle_s}))
"""
BEES = '{"title": "Bees", "abstract": "Bees dance to point at flowers."}\n'


@dataclass(frozen=True)
class Ended:
    """A recorded process that has ended, with what it printed. folder: what it was given to live in."""

    recorded: Recorded
    output: str
    folder: Path

    def written_elsewhere(self) -> list[Path]:
        allowed = (self.folder / "footnote", self.folder / "tmp", Path("/dev"))
        return sorted(
            path for path in self.recorded.written() if not any(path.is_relative_to(a) for a in allowed)
        )


@pytest.fixture(scope="module")
def strace() -> None:
    if reason := missing():
        pytest.skip(reason)


@pytest.fixture(scope="module")
def lives(strace: None, library_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """The three at the same time, since most of it is waiting."""
    top = tmp_path_factory.mktemp("lives")
    for name in ("ask", "serve"):
        shutil.copytree(library_home, top / name / "footnote")
    papers = top / "bees.jsonl"
    papers.write_text(BEES, "utf-8")
    once = COMMAND.format(idle_s=IDLE_S)
    running = {
        "ask": start(top / "ask", "-c", once, "ask", "What are Adaptive Chameleons?"),
        "ingest": start(top / "ingest", "-c", once, "ingest", str(papers)),
        "serve": start(top / "serve", "-m", "footnote", "serve"),
    }
    try:
        page = read_page(running["serve"])
        time.sleep(IDLE_S)
        running["serve"].process.send_signal(signal.SIGINT)
        printed = {name: recorded.process.communicate(timeout=300)[0] for name, recorded in running.items()}
    finally:
        for recorded in running.values():
            recorded.process.kill()
    printed["serve"] += page
    return {name: Ended(recorded, printed[name], top / name) for name, recorded in running.items()}


def start(folder: Path, *arguments: str) -> Recorded:
    for name in ("home", "tmp", "cwd"):
        (folder / name).mkdir(parents=True)
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ} | {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "FOOTNOTE_HOME": str(folder / "footnote"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, *arguments]
    return record(command, log=folder / "calls", cwd=folder / "cwd", environment=environment)


def read_page(server: Recorded) -> str:
    """The page, once the server has printed where it is."""
    assert server.process.stdout is not None
    printed = ""
    while not (found := re.search(r"http://127\.0\.0\.1:\d+/", printed)):
        line = server.process.stdout.readline()
        assert line, f"the server ended: {printed}"
        printed += line
    with build_opener(ProxyHandler({})).open(found[0], timeout=60) as reply:
        return str(reply.read().decode("utf-8"))


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("ask", "[1] Dialectical Alignment"),
        ("ingest", "1 new papers"),
        ("serve", "<gradio-app"),
    ],
)
def test_nothing_is_sent_to_another_machine_or_written_elsewhere(
    lives: dict[str, Ended], name: str, shows: str
) -> None:
    ended = lives[name]
    assert ended.recorded.process.returncode == 0, ended.output
    assert shows in ended.output
    assert ended.recorded.sent_outside() == []
    assert ended.written_elsewhere() == []
    assert ended.recorded.written(), "strace recorded nothing"


def test_what_is_sent_and_written_is_noticed(strace: None, tmp_path: Path) -> None:
    # connect() on a datagram socket sends nothing; the addresses are those kept for documentation.
    code = (
        "import os, socket, pathlib\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))\n"
        "for address in (('192.0.2.1', 9), ('127.0.0.1', 53)):\n"
        "    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(address)\n"
        "home = pathlib.Path.home()\n"
        "(home / 'made').mkdir()\n"
        "(home / 'made' / 'file').write_text('x')\n"
        "pathlib.Path('here').mkdir()\n"
        "os.rename('here', home / 'moved')\n"
        "pathlib.Path(os.environ['TMPDIR'], 'kept').write_text('x')\n"
        "(home / 'made' / 'file').read_text()\n"
    )
    recorded = start(tmp_path, "-c", code)
    output, _ = recorded.process.communicate(timeout=60)
    assert recorded.process.returncode == 0, output
    sent = recorded.sent_outside()
    assert len(sent) == 2, sent
    assert "192.0.2.1" in sent[0]
    home = tmp_path / "home"
    elsewhere = {*(home / name for name in ("made", "made/file", "moved")), tmp_path / "cwd" / "here"}
    assert set(Ended(recorded, output, tmp_path).written_elsewhere()) == elsewhere
