"""Failures of a chat model as messages for readers: what happened, and how to fix it. Pure.

The client's own errors may quote the key or whole pages of HTML. Only a short excerpt of the server's
message is passed on, with keys removed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from footnote.rag.errors import (
    ModelBusy,
    ModelCutOff,
    ModelEmpty,
    ModelError,
    ModelFailed,
    ModelPaused,
    ModelRefusedKey,
    ModelStalled,
    ModelUnreachable,
)
from footnote.rag.llm.replies.visible import is_invisible

MAX_EXCERPT_CHARS = 160
# The last tries once a word, not once a character: time is linear in the text.
_KEY_LIKE = re.compile(r"\bsk-\S+|\bBearer\s+\S+|(?<!\S)\S*?\*{3}\S*", re.IGNORECASE)
_HTML = re.compile(r"<\s*(?:!doctype|html|head|body|script)\b", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context[_ ]length|context[_ ]window|context[_ ]size|exceed_context|prompt is too long|prompt too long|"
    r"exceeds the (?:available )?context|exceeds the maximum number of (?:input )?tokens|"
    r"reduce (?:the length of )?(?:the|your) (?:messages?|prompt)|request too large for model|"
    r"too large for (?:this )?model|input (?:is )?too long|max_new_tokens|tokens when context the overflows",
    re.IGNORECASE,
)
"""As OpenAI, vLLM, llama.cpp, Anthropic, Gemini, Groq, Mistral, TGI and LM Studio put it."""
_LONG_KEY = 16
"""A key of this many characters is never a part of a word."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A chat model as messages name it. `secret` is never shown."""

    model: str
    provider: str
    base_url: str | None
    secret: str = field(default="", repr=False)

    @property
    def where(self) -> str:
        """The server for readers, without user name, password and query."""
        if self.base_url is None:
            return f"the service of {self.provider}"
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def key(self) -> str:
        """What to check when the key is wrong."""
        return "OPENAI_API_KEY" if self.provider == "openai" else f"the key for {self.provider}"

    @property
    def address(self) -> str:
        """What to check when the address is wrong."""
        return "OPENAI_BASE_URL" if self.provider == "openai" else "FOOTNOTE_MODEL_PROVIDER"


def excerpt(error: Exception, endpoint: Endpoint) -> str:
    """The server's message, short and without keys, in quotes after a colon; empty if unfit to show."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else body
    text = message if isinstance(message, str) else str(error)
    if endpoint.secret:
        text = _without(endpoint.secret, text)
    text = _KEY_LIKE.sub("[key]", " ".join(text[:10_000].split()))
    text = "".join(c for c in text if not is_invisible(c))
    if not text or _HTML.search(text):
        return ""
    return f": “{text[:MAX_EXCERPT_CHARS]}{'…' if len(text) > MAX_EXCERPT_CHARS else ''}”"


def _without(secret: str, text: str) -> str:
    """The text without the key; a short one, such as "none" or "ollama", only where it is a whole word."""
    pattern = re.escape(secret)
    if len(secret) < _LONG_KEY:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.sub(pattern, "[key]", text)


def is_prompt_too_long(error: Exception) -> bool:
    """Whether the server says that the prompt doesn't fit the model's window."""
    return bool(_TOO_LONG.search(server_words(error)))


def server_words(error: Exception) -> str:
    """All that a server sent with an error; unlike `excerpt` not fit to show."""
    response = getattr(error, "response", None)
    text = getattr(response, "text", "")  # Gemini's errors are lists, which the client doesn't read
    return f"{error} {text[:10_000] if isinstance(text, str) else ''}"


def from_status(status: int, error: Exception, endpoint: Endpoint, *, wait_s: float | None) -> ModelError:
    """The error for an HTTP status; `wait_s`: how long the server asks to wait."""
    message = excerpt(error, endpoint)
    if status == 401:
        return ModelRefusedKey(
            f"{_server(endpoint)} refuses the key (401): check {endpoint.key}.", retryable=False
        )
    if status == 403:
        return ModelRefusedKey(
            f"{_server(endpoint)} doesn't let this key use {endpoint.model} (403): check {endpoint.key} and "
            "FOOTNOTE_MODEL.",
            retryable=False,
        )
    if status == 402 or (status == 429 and _is_used_up(error, message, wait_s)):
        return ModelBusy(
            f"The quota at {endpoint.where} is used up ({status}): check the account behind {endpoint.key}.",
            retryable=False,
        )
    if status == 429:
        return ModelBusy(
            f"{_server(endpoint)} has too many requests (429){_asks(wait_s)}: ask again later.",
            retryable=True,
            wait_s=wait_s,
        )
    if status == 404:
        return ModelFailed(
            f"{_server(endpoint)} doesn't know the model {endpoint.model}, or isn't a chat model's address "
            f"(404): check FOOTNOTE_MODEL and {endpoint.address}.",
            retryable=False,
        )
    if status == 413 or is_prompt_too_long(error):
        return _prompt_too_long(endpoint, f" ({status})")
    if status >= 500 or status in (408, 409):  # gateways send 409 for requests in conflict
        return ModelFailed(
            f"{_server(endpoint)} failed ({status}){_asks(wait_s)}{message}. Ask again later.",
            retryable=True,
            wait_s=wait_s,
        )
    return ModelFailed(
        f"{_server(endpoint)} rejects the request ({status}){message}. Check FOOTNOTE_MODEL and "
        f"{endpoint.address}.",
        retryable=False,
    )


def _prompt_too_long(endpoint: Endpoint, status: str) -> ModelError:
    return ModelFailed(
        f"The prompt is longer than {endpoint.model} takes{status}: lower FOOTNOTE_PROMPT_TOKENS.",
        retryable=False,
    )


def prompt_was_cut(endpoint: Endpoint, read: int) -> str:
    """The warning where the server reports that it read far less than was sent."""
    return (
        f"{_server(endpoint)} reports a prompt of only {read:,} tokens, far fewer than it was sent: it cut "
        "the prompt to its window, so the model hasn't read all sentences. Lower FOOTNOTE_PROMPT_TOKENS "
        "below the window, or widen it at the server (Ollama: OLLAMA_CONTEXT_LENGTH, since its /v1 ignores "
        "num_ctx)."
    )


def cut_reply(reason: str) -> str:
    """The warning where an answer ends with the last whole sentence of a reply that wasn't complete."""
    return f"The answer ends with the model's last whole sentence, since its reply isn't complete: {reason}"


def no_key(endpoint: Endpoint) -> ModelError:
    """There is no key, or none that can be sent."""
    return ModelRefusedKey(
        f"There is no usable key for {endpoint.model}: set OPENAI_API_KEY, or set OPENAI_BASE_URL to a "
        "server that needs none.",
        retryable=False,
    )


def no_address(endpoint: Endpoint) -> ModelError:
    """The base URL is no URL."""
    return ModelUnreachable(
        "OPENAI_BASE_URL is no address of a server: give one such as http://127.0.0.1:11434/v1.",
        retryable=False,
    )


def not_set_up(error: Exception, endpoint: Endpoint) -> ModelError:
    """The provider's client can't be made: a package is missing, or a setting is wrong."""
    return ModelFailed(
        f"The client for {endpoint.model} can't be set up{excerpt(error, endpoint)}. Check "
        f"FOOTNOTE_MODEL_PROVIDER ({endpoint.provider}) and {endpoint.key}.",
        retryable=False,
    )


def unreachable(endpoint: Endpoint) -> ModelError:
    """No connection, or one that was closed before any reply."""
    return ModelUnreachable(
        f"No chat model answers at {endpoint.where}: check that the server runs, the network, and "
        f"{endpoint.address}.",
        retryable=True,
    )


def server_error(error: Exception, endpoint: Endpoint) -> ModelError:
    """An error that the server reports inside its reply, or that a provider's client raises."""
    if is_prompt_too_long(error):
        return _prompt_too_long(endpoint, "")
    return ModelFailed(
        f"{_server(endpoint)} reports an error{excerpt(error, endpoint)}. Ask again later.", retryable=True
    )


def filtered(endpoint: Endpoint) -> ModelError:
    """The server's content filter withheld the rest of the reply."""
    return ModelFailed(
        f"{_server(endpoint)} withholds the reply by its content filter: put the question another way.",
        retryable=False,
    )


def silent(seconds: float) -> ModelError:
    """No chunk came for too long."""
    return ModelStalled(
        f"The chat model was silent for {seconds:g} s: ask again, or raise FOOTNOTE_MODEL_STALL_S.",
        retryable=True,
    )


def too_slow(seconds: float) -> ModelError:
    """The reply as a whole took too long."""
    return ModelStalled(
        f"The chat model didn't finish within {seconds:g} s: ask again, or raise FOOTNOTE_ANSWER_DEADLINE_S.",
        retryable=True,
    )


def wait_too_long(error: ModelError, left_s: float) -> ModelError:
    """The server asks to wait longer than this answer has time."""
    return type(error)(
        f"{error} This answer has {_short(left_s)} s left, of what FOOTNOTE_ANSWER_DEADLINE_S gives.",
        retryable=True,
        wait_s=error.wait_s,
    )


def queue_too_long(at_once: int, seconds: float) -> ModelError:
    """The call waited in the queue until its deadline."""
    return ModelBusy(
        f"Other calls ({at_once} at a time) kept the chat model busy for {seconds:g} s: ask again later, or "
        "raise FOOTNOTE_MODEL_CALLS.",
        retryable=True,
    )


def paused(endpoint: Endpoint, failures: int, wait_s: float) -> ModelError:
    """The endpoint failed so often that it isn't asked for a while."""
    when = f"will be asked again in {math.ceil(wait_s)} s" if wait_s else "is being tried again just now"
    return ModelPaused(
        f"The chat model at {endpoint.where} failed {failures} times in a row and {when}.",
        retryable=True,
        wait_s=wait_s,
    )


def bug_in_footnote(bug: Exception) -> ModelError:
    """The call failed because of a bug in Footnote."""
    return ModelFailed(
        f"The chat model's call failed because of a bug in Footnote ({type(bug).__name__}): see its log.",
        retryable=False,
    )


def closing() -> ModelError:
    """The process ends before the reply is complete."""
    return ModelCutOff("Footnote closed before the chat model's reply was complete.", retryable=True)


def broke_off() -> ModelError:
    """The connection or the stream ended before the reply did."""
    return ModelCutOff("The chat model's reply broke off before its end: ask again.", retryable=True)


def too_long(tokens: int) -> ModelError:
    """The reply reached the length limit."""
    return ModelCutOff(
        f"The chat model's reply reached the limit of {tokens} tokens before its end: raise "
        "FOOTNOTE_ANSWER_TOKENS.",
        retryable=False,
    )


def too_many_sentences(most: int) -> ModelError:
    """The reply has more sentences than are read."""
    return ModelCutOff(
        f"It has more than {most} sentences, which is as many as are read: ask for less at once.",
        retryable=False,
    )


def empty_reply(endpoint: Endpoint) -> ModelError:
    """A reply came that holds no text."""
    return ModelEmpty(
        f"The reply of {endpoint.model} holds no text: ask again, or set another FOOTNOTE_MODEL.",
        retryable=True,
    )


def no_reply(endpoint: Endpoint) -> ModelError:
    """What came isn't in the form of a chat model's reply."""
    return ModelEmpty(
        f"What {endpoint.where} sends is no chat model's reply: check {endpoint.address}, which for most "
        "servers ends in /v1.",
        retryable=False,
    )


def _is_used_up(error: Exception, message: str, wait_s: float | None) -> bool:
    """Whether "too many requests" means an empty quota, so that waiting doesn't help."""
    if getattr(error, "code", None) == "insufficient_quota":
        return True
    return "quota" in message.lower() and wait_s is None


def _asks(wait_s: float | None) -> str:
    return "" if wait_s is None else f" and asks to wait {_short(wait_s)} s"


def _short(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.2g}"


def _server(endpoint: Endpoint) -> str:
    return f"The chat model's server ({endpoint.where})"
