"""What a run was made with: the code's revision, packages and prompts."""

from __future__ import annotations

import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from footnote import prompts

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION = "footnote-qa"
_GIT_TIMEOUT_S = 20


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
