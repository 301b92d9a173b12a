"""The wheel in an empty environment: it holds what it needs and nothing else, and answers anywhere.

Builds and installs, so it needs the package index or a cache of it; `make test-wheel` runs it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[2]
ROOMS = ("rag", "prompts", "store", "eval", "ui")
MODULES = ("__init__.py", "__main__.py", "app.py", "console.py", "py.typed")
MOST_PACKAGES = 116
MOST_MB = 640
ASKS = 'from footnote import ask; print(ask("What are Adaptive Chameleons?"))'
TOP_LEVELS = """
import json
from importlib.metadata import files
print(json.dumps(sorted({file.parts[0] for file in files("footnote-qa")})))
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command prints; fails the test, showing its errors, where it fails."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ran = subprocess.run(
        list(command), cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def uv(*arguments: str | Path, cwd: Path) -> str:
    return run(sys.executable, "-m", "uv", "--quiet", *arguments, cwd=cwd)


@dataclass(frozen=True)
class Built:
    """shipped: the tracked files that belong into it, by their path below the top folder."""

    shipped: frozenset[str]
    source: Path
    wheel: Path


@dataclass(frozen=True)
class Installed:
    python: Path
    elsewhere: Path
    home: Path

    def run(self, *command: str | Path) -> str:
        return run(*command, cwd=self.elsewhere, FOOTNOTE_HOME=str(self.home))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built as an installer does it: the source distribution, and the wheel from that."""
    top = tmp_path_factory.mktemp("built")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    files = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    for name in files:
        (top / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, top / "tree" / name)
    uv("build", "--out-dir", top, top / "tree", cwd=top)
    [source], [wheel] = top.glob("*.tar.gz"), top.glob("*.whl")
    shipped = frozenset(name for name in files if name.split("/")[0] in ROOMS or name in MODULES)
    return Built(shipped, source, wheel)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    top = tmp_path_factory.mktemp("installed")
    elsewhere = top / "elsewhere"
    elsewhere.mkdir()
    uv("venv", "--python", sys.executable, top / "env", cwd=top)
    [python] = [*top.glob("env/bin/python"), *top.glob("env/Scripts/python.exe")]
    install = ("pip", "install", "--compile-bytecode", "--no-deps", "--python", python)
    uv(*install, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=top)
    uv(*install, built.wheel, cwd=top)
    return Installed(python, elsewhere, top / "home")


def test_the_wheel_holds_the_rooms_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        information = {name.partition(".dist-info/")[2] for name in archive.namelist()}
    assert held == {f"footnote/{name}" for name in built.shipped}
    assert {"licenses/LICENSE", "licenses/NOTICE", "entry_points.txt"} <= information


def test_the_source_distribution_builds_it_and_holds_no_tests(built: Built) -> None:
    with tarfile.open(built.source) as archive:
        held = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    made = {name for name in held if name.startswith("footnote_qa.egg-info/")} | {"PKG-INFO", "setup.cfg"}
    about = {"LICENSE", "NOTICE", "README.md", "MANIFEST.in", "pyproject.toml", "setup.py"}
    assert held - made == built.shipped | about


def test_only_footnote_lands_on_site_packages(installed: Installed) -> None:
    names = json.loads(installed.run(installed.python, "-c", TOP_LEVELS))
    assert [name for name in names if name != ".." and not name.endswith(".dist-info")] == ["footnote"]


def test_it_answers_in_an_unrelated_folder(installed: Installed) -> None:
    printed = installed.run(installed.python, "-c", ASKS)
    assert "Adaptive Chameleons" in printed
    assert "[1] Dialectical Alignment" in printed
    assert list(installed.elsewhere.iterdir()) == []


def test_the_command_is_there(installed: Installed) -> None:
    [command] = installed.python.parent.glob("footnote*")
    assert "ingest" in installed.run(command, "--help")


def test_the_lock_installs_little(installed: Installed) -> None:
    size = installed.run(installed.python, ROOT / ".ci" / "size.py")
    packages, megabytes = (int(word) for word in size.split() if word.isdigit())
    assert packages <= MOST_PACKAGES, size
    assert megabytes <= MOST_MB, size
