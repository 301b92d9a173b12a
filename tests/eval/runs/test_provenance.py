"""What a run says of the code it was made with."""

from __future__ import annotations

import subprocess
from pathlib import Path

from footnote import prompts
from footnote.eval.runs.provenance import ROOT, git_state, package_versions, prompt_hashes


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_a_folder_outside_git_has_no_revision(tmp_path: Path) -> None:
    assert git_state(tmp_path) is None
    assert git_state(tmp_path / "absent") is None


def test_a_checkout_has_its_revision_and_says_whether_it_was_changed(tmp_path: Path) -> None:
    git(tmp_path, "init")
    (tmp_path / "code.py").write_text("x = 1\n")
    state = git_state(tmp_path)
    assert state is not None
    assert (state.revision, state.dirty) == (None, True)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "First")
    state = git_state(tmp_path)
    assert state is not None
    assert (state.revision, state.dirty) == (git(tmp_path, "rev-parse", "HEAD"), False)
    (tmp_path / "code.py").write_text("x = 2\n")
    state = git_state(tmp_path)
    assert state is not None
    assert state.dirty


def test_a_folder_inside_another_checkout_is_not_described_by_it(tmp_path: Path) -> None:
    git(tmp_path, "init")
    (tmp_path / "site-packages").mkdir()
    assert git_state(tmp_path / "site-packages") is None


def test_packages_are_those_that_are_required_and_installed() -> None:
    versions = package_versions()
    assert {"python", "footnote-qa", "chromadb", "onnxruntime"} <= versions.keys()


def test_every_prompt_has_its_hash() -> None:
    assert prompt_hashes().keys() == set(prompts.names())
    assert all(len(value) == 64 for value in prompt_hashes().values())


def test_the_code_is_described_by_the_checkout_that_it_is_in() -> None:
    assert (ROOT / "pyproject.toml").is_file()
    assert (ROOT / "eval" / "runs" / "provenance.py").is_file()
