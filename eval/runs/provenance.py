"""What a run was made with: the code and its revision, packages, prompts and library."""

from __future__ import annotations

import hashlib
import platform
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from footnote import prompts
from footnote.store.papers import Paper

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION = "footnote-qa"
_GIT_TIMEOUT_S = 20
_ANSWERING = ("rag", "store")
_CODE = {".py", ".json", ".txt"}
"""What shapes answers: code and fitted weights. Prompts have hashes of their own."""


class GitState(BaseModel):
    """The commit that is checked out (None: none yet), and whether the tree differs from it."""

    model_config = ConfigDict(frozen=True)

    revision: str | None
    dirty: bool


def git_state(root: Path = ROOT) -> GitState | None:
    """The state of the checkout whose top is `root`; None where it isn't one, or git is missing.

    Files that git doesn't track count as a difference, ignored ones don't.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    # A package installed inside somebody else's checkout isn't described by its revision.
    if top is None or Path(top).resolve() != root.resolve():
        return None
    changes = _git(root, "status", "--porcelain")
    if changes is None:
        return None
    return GitState(revision=_git(root, "rev-parse", "--verify", "HEAD"), dirty=bool(changes))


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails or isn't there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            timeout=_GIT_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def package_versions() -> dict[str, str]:
    """Versions of Python, Footnote and everything installed that Footnote names as a requirement."""
    versions = {"python": platform.python_version()}
    try:
        required = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return versions  # run from a folder of sources that was never installed
    for name in [DISTRIBUTION, *(re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in required)]:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # an optional group that isn't installed
    return versions


def prompt_hashes() -> dict[str, str]:
    """SHA-256 of each prompt's text, by its name."""
    return {name: prompts.load(name).sha256 for name in prompts.names()}


@cache
def code_digest() -> str:
    """A short SHA-256 of the code and the fitted weights that answer, with or without git."""
    files = (path for room in _ANSWERING for path in (ROOT / room).rglob("*"))
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.suffix in _CODE and path.is_file()):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def library_digest(papers: Iterable[Paper]) -> str:
    """A short SHA-256 of the papers' ids, titles and abstracts, in any order."""
    hashes = sorted(
        hashlib.sha256("\0".join((paper.id, paper.title, paper.abstract)).encode("utf-8", "replace")).digest()
        for paper in papers
    )
    return hashlib.sha256(b"".join(hashes)).hexdigest()[:12]
