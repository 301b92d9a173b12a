"""Which questions can't be understood without the one before, and which can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.conversation.context_dependence import depends_on_context, without_filler

ROOT = Path(__file__).parents[3]
DEPENDENT = """
and for smaller models?
why?
does it need labels
how does that compare with DPO
what about its limitations
who did that
any code?
what datasets
same for images?
no, I meant the reward model
is it better than PPO?
does their RLHF variant use PPO?
what does the paper say about DPO?
which benchmark was used?
how was it evaluated and what were the main results?
who are the authors?
tell me more
can you elaborate
really?
are you sure?
is that true?
what else?
any other papers on that?
compare the two
for LLMs?
with GPT-4?
which LLMs?
in German please
what are the limitations?
by how much?
on which tasks?
how many labels?
when was that published
and is it open source
ok, but at what cost?
why is that a problem?
what does it mean for RLHF?
did they try it on Llama?
which one is cheaper?
and the second paper?
explain that in simple words
so is it safe?
hmm, how come?
thanks! what about robustness?
what if there are no labels?
does this work for vision?
vs DPO?
how long did training take?
what was the sample size?
is there a benchmark for this?
who else does this
has anyone tried that with images?
give me an example
also for speech?
what did the authors conclude?
only on English?
was the effect significant?
what are the alternatives?
and PPO?
does merging help?
latency?
and did that make it more expensive to run?
what about crashes?
Does that carry over beyond the training domain?
Was the benefit checked with real people or only in simulation?
Is there more?
so what about the cost?
What else is there to know about it?
Can an SFT loss help there?
what hardware did they need
is the code public
how robust is that
how does this differ from KTO
and in low-resource languages?
could you give numbers
what kind of models did they study?
so it isn't useful for chatbots?
which datasets?
were humans involved
do other papers agree
what's the catch
is there anything newer
how many annotators?
I mean for robots
what about open models like Llama
who funded the work
did it beat GPT-4?
when does it fail
and if labels are noisy?
can I use that with my own data
not for text, for images
what was the main metric
how would one reproduce it
any downsides?
does it hold for 70B models?
why not just use SFT?
and the evidence for that?
how reliable are those judges
what do critics say
what's new about it
any theory behind this?
can it run on a phone
and on code generation?
which layers matter
how big was the gain
who else worked on this
do they release weights
what about safety then
is that the state of the art
give me the numbers
any follow-up work?
but doesn't that cost more?
was it peer reviewed
in which languages?
what if the annotators disagree
compared with what?
and the opposite view?
what are they trained on
could this be done online
why would that be?
so which should I use
how were the raters chosen
and without fine-tuning?
what do they recommend
how sure are they
is it only for English
what's the intuition
how does it scale with data
""".strip().splitlines()
ALONE = """
What is the second stage of RLHF?
What is alignment?
What is reward hacking?
ok and what is RLHF?
How does Magpie work?
How do diffusion models work?
What causes reward hacking?
Why do language models hallucinate?
Is it true that DPO lowers the likelihood of chosen answers?
Is it possible to align a model without human labels?
Does it matter whether preference pairs come from the same model?
What does it take to align a small language model?
Which papers in this library study position bias?
Are there methods that need no reward model?
Is there a survey of personalised alignment?
Who proposed Direct Preference Optimization?
Do LLM judges prefer their own answers?
How do models that score their own outputs keep their labels consistent?
Which benchmark tests honesty of language models?
Does RLHF make models like these less diverse?
When do reward models disagree with people, and what do they get wrong?
How is the KL penalty in PPO chosen?
Can small models teach large ones?
What are the main approaches to pluralistic alignment?
How can one align text-to-image models without preference pairs?
Are LLM agents misaligned after self-evolution?
reward overoptimization mitigation
token-level DPO
position bias LLM judge
What is the difference between DPO and PPO?
What is the first paper to propose DPO?
Which method is used to train InstructGPT?
so which surveys cover multimodal alignment?
Now explain how inverse reinforcement learning is used for alignment
How many papers study sycophancy?
Should preference data come from people or from AI?
What evidence is there that alignment reduces diversity?
Does fine-tuning on harmless data break safety training?
How does the choice of embedding model affect retrieval quality?
What is the effect of model size on political bias?
Is weak-to-strong generalization safe?
Which datasets are used to train reward models?
What happens to calibration after preference tuning?
Do vision-language models share the biases of their text backbones?
How can one evaluate cultural alignment?
Who benefits when recommender systems are aligned with users?
Why is BLEU a good reward?
How does GRAPE train its policy?
any work on reward hacking?
How well do chatbots keep to their persona in long dialogues?
Then there is catastrophic forgetting: how does alignment tuning cause it?
Which of DPO and PPO needs more memory?
Find papers on federated preference learning
What are the limitations of RLHF?
What does the paper on Magpie report?
What makes a good reward model?
How large is HelpSteer2?
How many people are in WikiPersona?
What does RICE stand for?
What are Adaptive Chameleons?
What is the usual adult dose of ibuprofen for a headache?
How can an aligner be trained without preference labels?
so when in post training do a models values actually get fixed, sft or the preference stage?
Are there methods that distil explicit judging criteria from raw feedback, and how do they differ?
Does the prejudice audit that requires no labelled examples agree with conventional measures?
Is it the data or the loss that decides how well preference tuning works?
How is reward hacking detected?
What are constitutional principles in AI alignment?
Can diffusion models be tuned with human preferences?
Does instruction tuning reduce diversity?
Which surveys discuss pluralistic alignment?
Do larger models show more political bias?
How are jailbreaks found automatically?
What role do rubrics play in reward modelling?
explain the alignment tax
Who introduced the Bradley-Terry model to RLHF?
Is chain-of-thought reasoning faithful?
Why does supervised fine-tuning come before preference optimization?
What is known about sycophancy in assistants?
Are there datasets of multilingual preferences?
How can hallucinations in vision-language models be reduced?
list methods for machine unlearning
multi-objective alignment with Pareto fronts
What does it mean for a model to be honest?
In what ways do LLM judges favour verbose answers?
Which recommender systems use language models?
Are simulated users realistic?
Should refusals be trained with reinforcement learning?
What happens when a weak model supervises a strong one?
How do people rate AI-written explanations?
Does watermarking hurt text quality?
Can models detect their own errors?
Which abstracts mention Nash equilibria?
How well do reward models generalise to new languages?
Are there alternatives to the KL penalty?
What is steerability?
What are the risks of model merging?
How does constitutional training avoid human labels?
Which metrics measure faithfulness of summaries?
Can preference data be synthesised by language models?
When does best-of-n sampling beat fine-tuning?
Do chatbots flatter their users?
How should annotators be paid?
What is a process reward model?
Are persona prompts effective?
Which papers compare online and offline preference optimization?
Is there work on aligning speech models?
How do tokenisers influence bias?
Why is length bias a problem for reward models?
What is the role of entropy in exploration?
Who coined the term alignment tax?
Does scaling solve alignment?
How is trust in recommender systems measured?
personalised reward models few examples
diffusion DPO
survey of LLM safety
How many languages does the Aya dataset cover?
What did the authors of RewardBench 2 change?
Explain weak-to-strong generalization to a newcomer
Could a model fake its alignment?
How do I choose a beta for DPO?
In what sense are preferences intransitive?
Were humans better than GPT-4 at judging summaries?
What are good practices for collecting feedback from experts?
Which games are used to test strategic reasoning?
Tell me about emergent misalignment
""".strip().splitlines()


def read(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (ROOT / path).read_text("utf-8").splitlines()]


def test_nearly_all_that_lean_on_the_question_before_are_seen() -> None:
    missed = [question for question in DEPENDENT if not depends_on_context(question)]
    assert len(missed) <= 0.05 * len(DEPENDENT), missed


def test_nearly_all_that_stand_alone_are_left_alone() -> None:
    wrong = [question for question in ALONE if depends_on_context(question)]
    assert len(wrong) <= 0.03 * len(ALONE), wrong


def test_most_questions_of_the_sets_are_classified_rightly() -> None:
    rows = read("eval/questions/dev.jsonl") + read("tests/rag/conversation/follow_ups.jsonl")
    wrong = [
        row["question"]
        for row in rows
        if depends_on_context(str(row["question"])) != bool(row.get("history"))
    ]
    assert len(wrong) <= 0.03 * len(rows), wrong


@pytest.mark.parametrize(
    "question",
    [
        "sounds great, whats the catch?",
        "anything that helps against it?",
        "and a later extension?",
        "how consistent does GPT-4 get with it?",
        "how many GPUs was the 8B version of that one trained on?",
    ],
)
def test_a_name_of_its_own_does_not_hide_what_it_refers_to(question: str) -> None:
    assert depends_on_context(question)


def test_opening_words_are_left_out() -> None:
    assert without_filler("ok,  so what’s RLHF?") == "what's RLHF?"
    assert without_filler("thanks!") == "thanks!"


def test_capitals_and_apostrophes_of_any_kind_change_nothing() -> None:
    assert depends_on_context("AND WHAT ABOUT ITS LIMITS?".capitalize())
    assert depends_on_context("So what’s that for?")
    assert depends_on_context("  why  not\t?")


@given(st.text(max_size=2000))
def test_any_text_can_be_classified(text: str) -> None:
    assert depends_on_context(text) in (True, False)
