"""Answering in a conversation, with the real assistant on the shipped library."""

from __future__ import annotations

from pathlib import Path

from footnote.rag.answer import Answer
from footnote.rag.assistant import Assistant
from footnote.rag.conversation.messages import Message
from footnote.rag.events import Restart, Step, TextDelta
from footnote.rag.settings import load_settings
from footnote.ui import strings
from footnote.ui.chat import answering, render
from footnote.ui.chat.conversation import Conversation, View
from tests.ui.html_reader import read

CHAMELEONS = "What are Adaptive Chameleons?"
URIAL = "How does URIAL align a base model without tuning?"
UNANSWERABLE = "What is the usual adult dose of ibuprofen for a headache?"


async def ask(assistant: Assistant, conversation: Conversation, question: str) -> list[View]:
    return [view async for view in answering.ask(assistant, conversation, question)]


def words(view: View) -> list[str]:
    return [read(message["content"]).text for message in view.messages]


async def test_an_answer_is_shown_with_its_steps_and_its_words_marked(assistant: Assistant) -> None:
    views = await ask(assistant, Conversation(), CHAMELEONS)
    assert [view.busy for view in views] == [True] * (len(views) - 1) + [False]
    assert [view.panel is None for view in views] == [True] * (len(views) - 1) + [False]

    asked, status, answer = views[-1].messages
    assert (asked["role"], read(asked["content"]).text) == ("user", CHAMELEONS)
    assert status["metadata"]["status"] == "done"
    steps = [item.text for item in read(status["content"]).named("strong")]
    assert steps == [strings.STEPS[name] for name in ("retrieve", "confidence", "compose", "verify")]
    assert "quotes from the abstracts" in read(answer["content"]).text
    quotes = [e.text for e in read(answer["content"]).elements if e.attributes.get("class") == "fn-quote"]
    marks = [e.text for e in read(views[-1].panel or "").named("mark")]
    assert quotes
    assert sorted(marks) == sorted(quotes)


async def test_a_question_that_the_library_does_not_answer_is_refused(assistant: Assistant) -> None:
    last = (await ask(assistant, Conversation(), UNANSWERABLE))[-1]
    assert strings.REFUSED in words(last)[-1]
    assert not read(last.panel or "").named("mark")
    assert len(read(last.panel or "").named("article")) == assistant.settings.nearest


async def test_what_only_the_readers_own_threshold_declines_is_told_as_that(assistant: Assistant) -> None:
    conversation = Conversation()
    for question, threshold in ((CHAMELEONS, 1), (UNANSWERABLE, 1), (UNANSWERABLE, 0.5)):
        settings = assistant.settings.changed(refuse_below=threshold)
        async for view in answering.ask(assistant, conversation, question, settings=settings):
            last = view
        message = read(last.messages[-1]["content"]).text
        own = question == CHAMELEONS
        assert (strings.BELOW_OWN in message, strings.REFUSED in message) == (own, not own)
    declined = conversation.turns[0].answer
    assert declined is not None
    assert declined.confidence is not None
    percent = int(declined.confidence * 100)
    [warning] = declined.warnings
    assert warning.kind == "threshold"
    assert f"{percent} % is below the 100 % that you set" in warning.text
    # Opened again, it says the same.
    assert (
        warning.text in read(render.answered(1, Answer.model_validate_json(declined.model_dump_json()))).text
    )


async def test_a_question_that_cannot_be_asked_gets_the_reason_as_its_answer(assistant: Assistant) -> None:
    conversation = Conversation()
    last = (await ask(assistant, conversation, "?!"))[-1]
    assert not last.busy
    assert words(last) == ["?!", "the question has no words: ask something"]
    assert conversation.history() == []


async def test_white_space_is_no_turn(assistant: Assistant) -> None:
    conversation = Conversation()
    [view] = await ask(assistant, conversation, " \n ")
    assert view == View([], view.panel, busy=False)
    assert conversation.turns == []


async def test_a_broken_assistant_is_told_of_and_the_conversation_goes_on(
    assistant: Assistant, own_library_home: Path
) -> None:
    broken = Assistant(load_settings(home=own_library_home))
    for file in broken.settings.library.rglob("*.sqlite*"):
        file.write_bytes(b"no database")
    conversation = Conversation()
    last = (await ask(broken, conversation, URIAL))[-1]
    assert not last.busy
    assert conversation.turns[0].answer is None
    assert words(last)[-1] == conversation.turns[0].fault
    last = (await ask(assistant, conversation, CHAMELEONS))[-1]
    assert "quotes from the abstracts" in words(last)[-1]


async def test_footnotes_of_every_turn_lead_to_marks_of_their_own(assistant: Assistant) -> None:
    conversation = Conversation()
    for question in (CHAMELEONS, UNANSWERABLE, URIAL):
        last = (await ask(assistant, conversation, question))[-1]
    panel = read(last.panel or "")
    ids = [e.attributes["id"] for e in panel.elements if "id" in e.attributes]
    links = [a.attributes["href"] for m in last.messages for a in read(m["content"]).named("a")]
    assert len(ids) == len(set(ids))
    assert {link.split("-")[1] for link in links if link.startswith("#cite")} == {"1", "3"}
    assert set(links) <= {f"#{name}" for name in ids}


async def test_a_quote_has_one_number_in_all_turns(assistant: Assistant) -> None:
    conversation = Conversation()
    for question in (CHAMELEONS, URIAL, CHAMELEONS):
        await ask(assistant, conversation, question)
    first, other, again = (turn.answer for turn in conversation.turns)
    assert first
    assert other
    assert again
    assert again.text == first.text
    numbers = [answer.number(n) for answer in (first, other) for n in range(1, len(answer.citations) + 1)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_closing_midway_keeps_what_was_shown(assistant: Assistant) -> None:
    conversation = Conversation()
    views = answering.ask(assistant, conversation, CHAMELEONS)
    shown = await anext(views)
    await views.aclose()
    [turn] = conversation.turns
    assert turn.answer is None
    view = conversation.view()
    assert not view.busy
    assert words(view)[0] == words(shown)[0] == CHAMELEONS
    assert strings.STOPPED_EMPTY in words(view)[-1]


async def test_stop_ends_the_turn_at_once_and_the_stream_falls_silent(assistant: Assistant) -> None:
    conversation = Conversation()
    views = answering.ask(assistant, conversation, CHAMELEONS)
    await anext(views)
    stopped = answering.stop(conversation)
    assert not stopped.busy
    asked = conversation.begin(URIAL)  # the reader asks on before the first stream has ended
    assert [view async for view in views] == []
    assert conversation.open_turn() is asked
    conversation.close(asked, strings.STOPPED_EMPTY)
    assert [turn.fault for turn in conversation.turns] == [strings.STOPPED_EMPTY] * 2


async def test_a_second_question_waits_for_the_first(assistant: Assistant) -> None:
    conversation = Conversation()
    first = answering.ask(assistant, conversation, CHAMELEONS)
    await anext(first)
    [busy] = await ask(assistant, conversation, UNANSWERABLE)
    assert busy.busy
    assert len(conversation.turns) == 1
    await first.aclose()


async def test_conversations_are_apart(assistant: Assistant) -> None:
    mine, yours = Conversation(), Conversation()
    await ask(assistant, mine, CHAMELEONS)
    await ask(assistant, yours, UNANSWERABLE)
    assert [turn.question for turn in mine.turns] == [CHAMELEONS]
    assert [turn.question for turn in yours.turns] == [UNANSWERABLE]


async def test_history_holds_answers_and_what_was_shown_of_others(assistant: Assistant) -> None:
    conversation = Conversation()
    await ask(assistant, conversation, CHAMELEONS)
    broken = conversation.begin(URIAL)
    broken.take(TextDelta("A sentence [1]."))
    conversation.close(broken, "It broke.")
    answer, *messages = conversation.history()
    assert answer is conversation.turns[0].answer
    assert [m.content for m in messages if isinstance(m, Message)] == [URIAL, "A sentence [1]."]


async def test_leaving_ends_what_is_being_answered(assistant: Assistant) -> None:
    conversation = Conversation()
    views = answering.ask(assistant, conversation, CHAMELEONS)
    await anext(views)
    answering.leave(conversation)
    assert conversation.open_turn() is None
    assert [view async for view in views] == []


async def test_a_lone_surrogate_in_a_question_can_be_sent_back(assistant: Assistant) -> None:
    last = (await ask(assistant, Conversation(), f"{CHAMELEONS} \ud800"))[-1]
    assert all(message["content"].encode("utf-8") for message in last.messages if message["content"])


def test_text_that_is_taken_back_is_shown_no_more() -> None:
    turn = Conversation().begin(CHAMELEONS)
    for event in (Step(name="compose"), TextDelta("The model says [1]."), Restart(), TextDelta("A quote")):
        turn.take(event)
    assert turn.text == "A quote"
    assert read(turn.messages()[-1]["content"]).text == "A quote"
