"""Every English phrase of the page, in one place."""

from __future__ import annotations

from rag.answer import REFUSAL
from rag.events import StepName

TITLE = "Footnote"
TAGLINE = "Answers from a library of paper abstracts, each sentence footnoted to the words that support it."

MODE_EXTRACTIVE = "Quotes only, no model"
MODE_LLM = "Model: {model}"
MODEL_UNNAMED = "unnamed"
LIBRARY_SIZE = "{papers} papers"
LIBRARY_UNREADABLE = "library can’t be read"

ASK_LABEL = "Your question"
ASK_PLACEHOLDER = "Ask the library…"
SEND = "Ask"
STOP = "Stop"
NEW_CHAT = "New chat"
CHAT_LABEL = "Questions and answers"
WELCOME = "Ask what the papers say, or begin with one of these."
EXAMPLES = (
    "What are Adaptive Chameleons?",
    "How does URIAL align a base model without tuning?",
    "How much data does learning from textual feedback need?",
    "What cures for position bias in LLM judges have been tried?",
    "What is the usual adult dose of ibuprofen for a headache?",
)

READY = "Footnote is at {url}"
READY_MOVED = "Port {wanted} is taken: Footnote is at {url}"

STEPS: dict[StepName, str] = {
    "condense": "Read the question",
    "retrieve": "Search the library",
    "confidence": "Judge the match",
    "compose": "Compose",
    "verify": "Verify",
}
STEPS_RUNNING = "{step}…"
STEPS_WAITING = "Waiting…"
STEPS_DONE = "Searched, composed and verified in {seconds}"
STEPS_DECLINED = "Searched in {seconds}"
STEPS_BROKEN = "Broken off after {seconds}"

READ_AS = "Searched for"
REFUSED = REFUSAL
PARTIAL = "The papers leave part of the question open."
NEAREST = "The nearest papers"
NO_NEAREST = "No paper comes close."
NEAREST_PANEL = "Nothing is quoted. These papers came closest."
VERIFIED = "{good} of {all} quotes verified"
VERIFIED_TIP = "Each quote was compared, character by character, with the abstract that it is taken from."
CONFIDENCE = "confidence {percent} %"
CONFIDENCE_TIP = "Estimated from the search alone: how probably the library answers this question."
COMPOSED_BY = "composed by {model}"
QUOTED_ONLY = "quotes only"
STOPPED = "Stopped here. What stands above was verified; the rest is missing."
STOPPED_EMPTY = "Stopped before there was anything to show."
FAILED = "Something went wrong on the server, and this question has no answer. Its log says what it was."
NO_ANSWER = "The answer broke off. Ask again."

SOURCES = "Sources"
SOURCES_EMPTY = (
    "The abstracts that an answer quotes will stand here, with the quoted words marked. "
    "Choose a number such as [1] in an answer to see its words in place."
)
QUESTION_NUMBER = "Question {number}"
BACK = "Back to the answer"
SEEN_IN = "seen in {pages}"
