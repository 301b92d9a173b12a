"""The preferences: what the browser stores, and how it is validated when it is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.settings import Settings, load_settings
from footnote.ui.chat import preferences

LEVEL, LENGTH, LANGUAGE, INSTRUCTIONS, PAPERS, THRESHOLD, MODEL = range(7)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        home=tmp_path, model="one", models=("two",), openai_api_key="sk-secret", openai_base_url="http://x/v1"
    )


def changed(settings: Settings, **values: Any) -> list[Any]:
    """The controls' values, some of them (`at_5=…`: the fifth) set by a reader."""
    found = preferences.restored(settings, {})
    for place, value in values.items():
        found[int(place.removeprefix("at_"))] = value
    return found


def test_only_what_a_reader_changed_is_kept_and_it_is_set_again(settings: Settings) -> None:
    as_given = preferences.restored(settings, None)
    assert preferences.to_store(settings, as_given) == {}
    assert preferences.read(settings, as_given) == settings
    assert preferences.to_store(settings, changed(settings, at_2=None, at_3=None)) == {}  # an empty field
    mine = changed(settings, at_0="expert", at_2="French", at_4=3, at_5=0, at_6="two")
    held = preferences.to_store(settings, mine)
    assert held == {"level": "expert", "language": "French", "papers": 3, "refuse_below": 0, "model": "two"}
    assert preferences.restored(settings, held) == mine
    assert "sk-secret" not in str(held)
    # What the server allows no longer isn't asked for.
    assert preferences.restored(settings.changed(models=()), held)[MODEL] == "one"


lists = st.lists(st.integers(), max_size=2)
junk = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=600), lists)


@given(st.one_of(junk, st.dictionaries(st.sampled_from(preferences._NAMES), junk)))
def test_whatever_a_browser_says_makes_settings(held: object) -> None:
    settings = load_settings(model="one")
    values = preferences.restored(settings, held)
    assert preferences.read(settings, values).resolved_papers <= preferences.MAX_PAPERS
