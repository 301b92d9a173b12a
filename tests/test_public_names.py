"""What `footnote` offers: the names of its public face."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import footnote


def test_every_public_name_exists_and_is_listed() -> None:
    assert dir(footnote) == footnote.__all__ == sorted(footnote.__all__)
    for name in footnote.__all__:
        assert getattr(footnote, name) is not None


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'answers'"):
        _ = footnote.answers


def test_a_checkout_has_the_same_names_as_rag() -> None:
    code = "import footnote; from rag import Answer, ask; assert Answer is footnote.Answer; ask"
    checkout = Path(footnote.__file__).parent
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr


def test_importing_footnote_loads_no_index() -> None:
    code = "import footnote, sys; assert not {'chromadb', 'tantivy', 'onnxruntime'} & sys.modules.keys()"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
