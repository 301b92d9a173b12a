"""What counts as a sentence of a draft, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.drafts import MAX_DRAFT_CHARS, MAX_SENTENCES, DraftError, sentences_of

DRAFT = """---
Title
=====
## Heading with words

One sentence over
two lines. A **second** one, see [the paper](https://example.org/a_b) [12] [@li2024].
<!-- a comment
that goes on -->
> A quoted line.

1. First item of a list
2. Second item (Smith et al., 2023), with `code` in it.
   - [ ] An open task here

~~~
not. a sentence.
~~~

    indented code here

| Model | Claim made |
|-------|-----------|
| DPO   | DPO wins twice. |

[^1]: A note of its own.
"""


def test_prose_items_and_cells_are_read_and_markup_is_not() -> None:
    assert [(sentence.line, sentence.text) for sentence in sentences_of(DRAFT)] == [
        (6, "One sentence over two lines."),
        (7, "A second one, see the paper."),
        (10, "A quoted line."),
        (12, "First item of a list"),
        (13, "Second item, with code in it."),
        (14, "An open task here"),
        (22, "Claim made"),
        (24, "DPO wins twice."),
    ]


def test_a_draft_that_is_too_long_is_refused() -> None:
    with pytest.raises(DraftError, match="split it"):
        sentences_of("a" * (MAX_DRAFT_CHARS + 1))
    sentences = "Bees dance.\n\n" * MAX_SENTENCES
    assert len(sentences_of(sentences)) == MAX_SENTENCES
    with pytest.raises(DraftError, match=r"1,000 sentences.*before line 2001"):
        sentences_of(sentences + "Bees dance.")


@given(st.text("ab.# `~|*[]()>-\n!_<", max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= sentence.line <= lines and sentence.text for sentence in sentences_of(text))
