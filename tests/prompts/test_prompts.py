from __future__ import annotations

import pytest

from footnote import prompts
from footnote.prompts import Prompt, PromptError


@pytest.mark.parametrize("name", prompts.names())
def test_every_prompt_renders_with_exactly_its_own_values(name: str) -> None:
    prompt = prompts.load(name)
    values = {placeholder: f"<{placeholder} $5 {{}}>" for placeholder in prompt.placeholders}
    rendered = prompt.render(**values)
    assert values or name.endswith("_system"), "a prompt without a place for anything can't answer anything"
    for value in values.values():
        assert value in rendered
    assert rendered.count("$") == rendered.count("$5") == prompt.text.count("$")


def test_the_prompts_of_an_answer_are_there() -> None:
    steps = ("answer", "judge")
    assert {f"{step}_{part}" for step in steps for part in ("system", "user")} <= set(prompts.names())
    assert "answer_reader" in prompts.names()


def test_values_missing_and_surplus_are_named_all_at_once() -> None:
    prompt = Prompt("greeting", "Dear $name, $news and $wishes")
    with pytest.raises(PromptError, match="greeting lacks news, wishes and has no place for nmae, place"):
        prompt.render(name="Ada", nmae="", place="")


def test_a_dollar_sign_in_a_value_is_not_a_placeholder() -> None:
    assert Prompt("price", "It costs $sum").render(sum="$sum $$") == "It costs $sum $$"


def test_an_unknown_prompt_is_refused_with_those_that_exist() -> None:
    with pytest.raises(PromptError, match=r"no prompt 'answer'.*answer_system, answer_user"):
        prompts.load("answer")
    with pytest.raises(PromptError, match="no prompt"):
        prompts.load("../prompts/answer_user")


def test_the_hash_tells_texts_apart() -> None:
    one, other = Prompt("p", "Say $this"), Prompt("p", "Say $this.")
    assert one.sha256 == Prompt("q", "Say $this").sha256 != other.sha256
    assert len(one.sha256) == 64
