"""The visible part of a streamed reply. Pure.

Reasoning (`<think>` and similar tags, the analysis channel of gpt-oss's harmony format), code fences, tags
around the answer and invisible characters are removed. The reply is read one character at a time, so that
chunks don't matter.
"""

from __future__ import annotations

import re
import unicodedata

_NAMES = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad", "seed:think")
_OPENINGS = (
    *(f"<{name}>" for name in _NAMES),
    "◁think▷",
    "[think]",
    "<|begin_of_thought|>",
    "<|channel|>analysis",
    "<|channel|>commentary",
)
_CLOSINGS = (
    *(f"</{name}>" for name in _NAMES),
    "◁/think▷",
    "[/think]",
    "<|end_of_thought|>",
    "<|channel|>final",
)
_WRAPPERS = (
    *("<answer>", "</answer>", "<response>", "</response>", "<final>", "</final>"),
    *("<|message|>", "<|start|>assistant", "<|end|>", "<|return|>"),
)
_TAGS = _OPENINGS + _CLOSINGS + _WRAPPERS
_TAG_STARTS = frozenset(tag[0] for tag in _TAGS)
_LONGEST_TAG = max(map(len, _CLOSINGS))
_FENCE = re.compile(r"(`{3,}|~{3,})[\w+#.-]{0,30}[ \t]{0,5}")
_FENCE_START = re.compile(r"`{1,2}|~{1,2}|(?:`{3,}|~{3,})[\w+#.-]{0,30}[ \t]{0,5}")
_MAX_FENCE = 60


class Cleaner:
    """Takes a reply by characters and returns the visible ones."""

    def __init__(self) -> None:
        self._thinking = False
        self._held = ""  # the beginning of what may become a tag or a fence
        self._at_line_start = True

    def step(self, char: str) -> str | None:
        """The characters to show now; None where everything so far turns out to be reasoning."""
        if is_invisible(char):
            return ""
        if self._thinking:
            self._held = (self._held + char.lower())[-_LONGEST_TAG:]
            if self._held.endswith(_CLOSINGS):
                self._thinking, self._held = False, ""
            return ""
        candidate = self._held + char
        if candidate[0] in _TAG_STARTS:
            return self._step_tag(candidate)
        if self._at_line_start and candidate[0] in "`~":
            return self._step_fence(candidate)
        return self._let_through(candidate)

    def finish(self) -> str:
        """The buffered characters that are text, at the end of the reply."""
        held, self._held = self._held, ""
        if self._thinking or (self._at_line_start and _FENCE.fullmatch(held)):
            return ""
        return held

    def _step_tag(self, candidate: str) -> str | None:
        tag = candidate.lower()
        if tag in _OPENINGS:
            self._thinking, self._held = True, ""
            return ""
        if tag in _CLOSINGS:
            # Some servers open the block in their own template: everything so far was reasoning.
            self._held = ""
            return None
        if tag in _WRAPPERS:
            self._held = ""
            return ""
        if any(known.startswith(tag) for known in _TAGS):
            self._held = candidate
            return ""
        return self._release(candidate)

    def _step_fence(self, candidate: str) -> str | None:
        if candidate[-1] == "\n" and _FENCE.fullmatch(candidate[:-1]):
            self._held = ""
            return "\n"
        if len(candidate) <= _MAX_FENCE and _FENCE_START.fullmatch(candidate):
            self._held = candidate
            return ""
        return self._release(candidate)

    def _release(self, candidate: str) -> str | None:
        """All but the last character is text; the last may begin a tag."""
        text, last = candidate[:-1], candidate[-1]
        self._held = ""
        if not text:
            return self._let_through(last)
        return self._let_through(text) + (self.step(last) or "")

    def _let_through(self, text: str) -> str:
        line = text.rpartition("\n")[2] if "\n" in text else text
        self._at_line_start = ("\n" in text or self._at_line_start) and not line.strip()
        return text


def visible_text(reply: str) -> str:
    """The visible part of a whole reply."""
    cleaner, shown = Cleaner(), list[str]()
    for char in reply:
        text = cleaner.step(char)
        if text is None:
            shown.clear()
        else:
            shown.append(text)
    return "".join(shown) + cleaner.finish()


def is_invisible(char: str) -> bool:
    """Whether a character is invisible, and so could hide or reorder text (tabs and newlines are not)."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in "\n\t\r"
