"""Which follow-ups object to the answer before them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.chats.signals import dissatisfied

OBJECTIONS = """
No, I meant the reward model of DPO.
no i meant for vision models
No, the other paper.
No. The one about honesty, please.
Nope, that's the wrong method.
No, not RLHF. How does DPO do it?
No — the second one
No!
That's wrong.
that is incorrect
That's just wrong, the paper says 7B.
This is not correct, it was trained on 2T tokens.
That isn't true.
Hmm, that's not right.
That’s not what I asked.
That's not what I was asking about.
That is not at all what I meant
This isn't the paper I was looking for.
not what I asked
Not the question I asked. What does it cost?
Thanks, but that's not what I wanted.
Sorry, but that doesn't answer my question.
That does not address the cost at all.
The answer doesn't make sense.
Your answer is irrelevant.
What you said is wrong because the paper reports 63%.
Thanks. But you misunderstood: I want the size of the data set.
You didn't answer the second part.
You still haven't addressed the costs.
You ignored the part about images.
You're wrong, it was 2023.
You made that up.
I meant quoting, not citing. How is it measured?
I mean, how does the judge decide?
I asked about honesty, not about helpfulness.
I asked for papers from 2024
I didn't ask for a summary.
My question was how it is trained.
I'm asking about the loss, not the data.
Please answer my question.
Answer the question.
Try again.
Wrong paper.
Wrong.
Not helpful.
Completely different topic. That's off-topic!
that's not it
You got it backwards
Not that one, the other paper
I wanted the training cost, not the inference cost
I was asking about humans
That wasn't my question
You keep citing the wrong paper
These papers are irrelevant
None of these are about honesty.
None of this answers my question
That has nothing to do with RLHF
The quote doesn't support that
Footnote 2 doesn't say that.
The second source is wrong
These are not what I'm looking for
Still wrong
still not what I asked
that's a different paper
You're not answering the question
Those aren't the papers I asked for
Bad answer
I said 2024, not 2023
Can you actually answer the question?
That can't be right.
I don't think that's correct.
You cited the wrong source.
That's the opposite of what the paper says
Not exactly what I was looking for.
This summary misses the point.
"""

QUESTIONS = """
What is wrong with reinforcement learning from human feedback?
Is that wrong?
Why is that wrong?
Which is wrong?
That is wrong in which cases?
When is this not true?
Which papers say that the answer is wrong?
No-regret learning: which papers use it?
No free lunch theorems for alignment?
No. 5 in that list: what does it measure?
No thanks.
No, thank you.
No, that's all, thanks!
No problem. What about images?
No more questions.
Which models never say no?
How do models react when a user says "that's wrong"?
Do models cave in when told "no, I meant the other one"?
What happens if the user says that the answer is incorrect?
Wrong answers in preference data: how are they found?
Incorrect labels and their effect on reward models
Irrelevant features in reward models?
Nonsense and hallucination in language models
False refusals: how are they measured?
I want to know about honesty.
I asked my model to quote and it failed: which papers explain why?
How is the mean of the rewards computed?
What did the authors mean by alignment tax?
And for images?
What about the costs?
Thanks, that's exactly what I wanted. What about images?
Great answer. Who wrote it?
Are you sure?
Does that hold for small models?
That is interesting. How does it scale?
This is not explained in the abstract, is it known elsewhere?
Does it not help to train longer?
It doesn't help small models in which studies?
You mentioned DPO: how does it differ from PPO?
Address the question of bias in language models.
Which papers try again after a failure?
How do models answer my question better with retrieval?
Not all papers agree: which don't?
Notable failures of RLHF?
Nothing on images?
None of these are open source?
None of the methods scale: why?
I wanted to ask about images.
Which of these papers are irrelevant to images?
This paper is wrong about what?
These are different methods, which is best?
Does the second source support that?
Not that I know of, but is there a survey?
The answer to my question is in which paper?
Still, how does it scale?
Has this nothing to do with sycophancy?
The first paper is not about images, is it?
The results are from which benchmark?
Can you just name the papers?
No, really? How was that measured?
The wrong answers: how are they chosen?
So it doesn't help at all?
I am asking for a friend: which papers are about sycophancy?
"""


@pytest.mark.parametrize("question", OBJECTIONS.strip().splitlines())
def test_an_objection_is_noticed(question: str) -> None:
    assert dissatisfied(question)
    assert dissatisfied(f"  {question.upper()}\n")


@pytest.mark.parametrize("question", QUESTIONS.strip().splitlines())
def test_a_question_is_no_objection(question: str) -> None:
    assert not dissatisfied(question)


def test_an_objection_far_into_a_long_question_is_not_looked_for() -> None:
    assert not dissatisfied("How does it scale with data? " * 20 + "That's wrong.")


@pytest.mark.parametrize(
    "part", ["no, ", "so ", "that's just ", "i mean ", "no. ", "! ", "that is not at all "]
)
def test_hostile_length_changes_nothing(part: str) -> None:
    assert dissatisfied(part * 100_000) == dissatisfied(part * 1_000)


@given(st.text(max_size=60))
def test_an_objection_before_any_text_is_noticed(text: str) -> None:
    assert dissatisfied(f"That's not what I asked. {text}")
