"""Settings: what is read, what is refused, and that secrets stay secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from footnote.rag import Reader, Settings
from footnote.rag.settings import SettingsError, load_settings


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PAPERS", "12")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    settings = load_settings()
    assert settings.papers == 12
    assert settings.openai_base_url == "http://127.0.0.1:9/v1"


def test_what_is_given_outweighs_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PAPERS", "12")
    assert load_settings(papers=3).papers == 3


def test_an_unknown_name_is_refused_and_the_likely_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PAPRES", "12")
    with pytest.raises(SettingsError, match=r"FOOTNOTE_PAPRES.*did you mean FOOTNOTE_PAPERS"):
        load_settings()


def test_a_value_out_of_range_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_REFUSE_BELOW", "7")
    with pytest.raises(SettingsError, match="FOOTNOTE_REFUSE_BELOW"):
        load_settings()


def test_mode_llm_needs_a_model() -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_MODEL"):
        load_settings(mode="llm")


def test_the_mode_follows_the_model() -> None:
    assert load_settings().resolved_mode == "extractive"
    assert load_settings(model="some-model").resolved_mode == "llm"
    assert load_settings(model="some-model", mode="extractive").resolved_mode == "extractive"


def test_a_key_is_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    settings = load_settings()
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-very-secret"
    assert "very-secret" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_the_digest_tells_what_shapes_answers(tmp_path: Path) -> None:
    plain = load_settings()
    assert load_settings(home=tmp_path, port=9999, openai_api_key="sk-x").digest() == plain.digest()
    assert load_settings(papers=9).digest() != plain.digest()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"papers": 0}, "FOOTNOTE_PAPERS: .*greater than or equal to 1"),
        ({"papres": 3}, "papres is no setting of Footnote; did you mean papers"),
        ({"mode": "llm"}, "set FOOTNOTE_MODEL"),
        ({"home": "~nobody-of-this-name/x"}, "FOOTNOTE_HOME: .*give the path in full"),
    ],
)
def test_the_constructor_checks_what_it_is_given(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings(**given)


def test_the_constructor_refuses_unknown_names_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PAPRES", "12")
    with pytest.raises(SettingsError, match="did you mean FOOTNOTE_PAPERS"):
        Settings()


def test_an_error_shows_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(openai_api_key=["sk-very-secret"])
    assert "very-secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOOTNOTE_HOME")
    unset = Settings()
    for name in ("FOOTNOTE_HOME", "FOOTNOTE_MODEL", "FOOTNOTE_PAPERS", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "")
    assert Settings() == unset
    assert unset.openai_api_key is None


def test_the_home_is_a_whole_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FOOTNOTE_HOME", "~/papers")
    assert Settings().home == tmp_path / "papers"
    monkeypatch.chdir(tmp_path)
    assert Settings(home="papers").library == tmp_path / "papers" / "library"


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("FOOTNOTE_READER", "German", "FOOTNOTE_READER: the value isn't JSON"),
        ("FOOTNOTE_READER", '{"langage": "German"}', "FOOTNOTE_READER langage:"),
        ("FOOTNOTE_PRICES", '{"m": {"prompt": -1, "completion": 2}}', "FOOTNOTE_PRICES m prompt:"),
    ],
)
def test_a_setting_of_several_parts_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=message):
        Settings()


def test_changed_settings_are_checked_and_keep_the_rest() -> None:
    settings = Settings(model="m", openai_api_key="sk-secret", reader=Reader(language="German"))
    changed = settings.changed(papers=3)
    assert (changed.papers, changed.model, changed.reader) == (3, "m", settings.reader)
    assert changed.openai_api_key == settings.openai_api_key
    with pytest.raises(SettingsError, match="FOOTNOTE_PAPERS"):
        settings.changed(papers=0)


@pytest.mark.parametrize("name", ["FOOTNOTE_RESCORE", "FOOTNOTE_LEAVE_OUT"])
def test_settings_of_earlier_versions_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "4")
    with pytest.raises(SettingsError, match=f"{name} is no setting of Footnote"):
        load_settings()
