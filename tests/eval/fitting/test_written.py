"""Fits in the file of weights."""

from __future__ import annotations

from pathlib import Path

from footnote.eval.fitting.written import block, command_of, write_blocks
from footnote.rag.weights import FITS, PATH, read_fits
from footnote.store.embedders.minilm import MiniLM


def test_a_block_replaces_its_own_kind_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_bytes(PATH.read_bytes())
    command = command_of("ranking", None, [tmp_path / "scifact-train"])
    new = block(command, MiniLM(), {name: value + 0.001 for name, value in FITS.ranking.weights.items()})
    write_blocks({"ranking": new}, file)
    own = FITS.ranking.model_copy(update={"note": None})  # a note goes with the numbers that it is about
    assert read_fits(file) == FITS.model_copy(update={"ranking": own})  # the difference is rounded away
    other = block(command, MiniLM(), dict.fromkeys(FITS.ranking.weights, 1.005001), 0.126)
    write_blocks({"ranking": other}, file)
    assert read_fits(file) == FITS.model_copy(update={"ranking": other})
    assert set(other.weights.values()) == {1.01}
    assert other.bias == 0.13


def test_the_file_is_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_bytes(PATH.read_bytes())
    write_blocks({}, file)
    assert file.read_bytes() == PATH.read_bytes()


def test_the_command_names_files_and_no_path_of_a_machine() -> None:
    command = command_of("confidence", Path("/home/reader/mine.jsonl"), [Path("/data/a"), Path("/data/b")])
    assert command == "footnote eval fit confidence --questions mine.jsonl --beir a --beir b --write"
