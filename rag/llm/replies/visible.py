"""The part of a streamed reply that its reader is meant to see. Pure.

Reasoning (`<think>` and its like), code fences and tags around the answer are left out, and so are
characters that show nothing. Taken one character at a time, so that chunks can't matter.
"""

from __future__ import annotations

import re
import unicodedata

_NAMES = ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad", "seed:think")
_OPENINGS = (*(f"<{name}>" for name in _NAMES), "◁think▷", "[think]", "<|begin_of_thought|>")
_CLOSINGS = (*(f"</{name}>" for name in _NAMES), "◁/think▷", "[/think]", "<|end_of_thought|>")
_WRAPPERS = ("<answer>", "</answer>", "<response>", "</response>", "<final>", "</final>")
_TAGS = _OPENINGS + _CLOSINGS + _WRAPPERS
_TAG_STARTS = frozenset(tag[0] for tag in _TAGS)
_LONGEST_TAG = max(map(len, _CLOSINGS))
_FENCE = re.compile(r"(`{3,}|~{3,})[\w+#.-]{0,30}[ \t]{0,5}")
_FENCE_START = re.compile(r"`{1,2}|~{1,2}|(?:`{3,}|~{3,})[\w+#.-]{0,30}[ \t]{0,5}")
_MAX_FENCE = 60


class Cleaner:
    """Takes the reply by characters and gives back those that the reader is meant to read."""

    def __init__(self) -> None:
        self._thinking = False
        self._held = ""  # the beginning of what may become a tag or a fence
        self._at_line_start = True

    def step(self, char: str) -> str | None:
        """The characters to show now; None where all so far turns out to have been reasoning."""
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
        """What was held back and turned out to be text after all."""
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
            # Some servers open the block in their own template: all so far was reasoning.
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
        """All but the last character is text; the last may begin something new."""
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
    """What of a whole reply its reader is meant to see."""
    cleaner, shown = Cleaner(), list[str]()
    for char in reply:
        text = cleaner.step(char)
        if text is None:
            shown.clear()
        else:
            shown.append(text)
    return "".join(shown) + cleaner.finish()


def is_invisible(char: str) -> bool:
    """Whether a character shows nothing and so could hide or reorder what does (tab, newline don't)."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in "\n\t\r"
