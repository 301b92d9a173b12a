"""Words that the pair maker changes: written by hand, for the prose of abstracts."""

from __future__ import annotations

from typing import Final

SYNONYMS: Final = {
    "achieves": "attains", "achieve": "attain", "aims to": "seeks to", "aligning": "bringing into line",
    "allows": "lets", "also": "additionally", "although": "even though", "analyze": "examine",
    "approach": "method", "approaches": "methods", "assess": "evaluate", "because": "since",
    "challenging": "difficult", "common": "widespread", "comprehensive": "thorough",
    "consists of": "comprises", "crucial": "essential", "current": "present-day", "demonstrate": "show",
    "demonstrates": "shows", "different": "differing", "difficult": "hard", "diverse": "varied",
    "effectively": "successfully", "effectiveness": "efficacy", "efficiently": "economically",
    "employs": "uses", "enables": "makes possible", "enhance": "improve", "enhances": "improves",
    "enhancing": "improving", "especially": "particularly", "evaluate": "assess",
    "evaluation": "assessment", "existing": "earlier", "experiments": "trials", "extensive": "wide-ranging",
    "focus on": "concentrate on", "framework": "scheme", "generate": "produce", "generates": "produces",
    "generating": "producing", "however": "yet", "human feedback": "feedback from people",
    "importance": "significance", "important": "significant", "improve": "enhance", "improves": "enhances",
    "improving": "enhancing", "introduce": "present", "introduces": "presents", "leverages": "makes use of",
    "leveraging": "making use of", "limited": "restricted", "method": "approach", "methods": "approaches",
    "mitigate": "lessen", "multiple": "several", "novel": "new", "numerous": "many", "often": "frequently",
    "outperform": "do better than", "outperforms": "does better than", "outperforming": "doing better than",
    "performance": "results", "prior": "earlier", "previous": "prior", "propose": "put forward",
    "proposes": "puts forward", "proposed": "suggested", "provide": "offer", "provides": "offers",
    "recent": "newer", "remarkable": "striking", "requires": "needs", "require": "need",
    "requiring": "needing", "reveal": "uncover", "reveals": "uncovers", "robust": "resilient",
    "select": "choose", "significant": "considerable", "significantly": "considerably",
    "simple": "straightforward", "such as": "like", "study": "investigation", "substantial": "considerable",
    "substantially": "markedly", "superior": "better", "surpasses": "exceeds", "surpass": "exceed",
    "task": "problem", "tasks": "problems", "tackle": "address", "typically": "usually", "users": "people",
    "utilize": "use", "utilizes": "uses", "various": "a range of", "widely": "broadly",
}  # fmt: skip
"""Each is true to the word in most sentences; those that break the grammar in some still keep the sense."""

NUMBER_WORDS: Final = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50",
}  # fmt: skip

DIRECTIONS: Final = {
    "increase": "decrease", "increases": "decreases", "increased": "decreased",
    "increasing": "decreasing", "reduce": "increase", "reduces": "increases", "reduced": "increased",
    "reducing": "increasing", "reduction": "increase", "reductions": "increases",
    "decrease": "increase", "decreases": "increases", "decreasing": "increasing",
    "improve": "worsen", "improves": "worsens", "improving": "worsening", "improved": "worsened",
    "improvement": "decline", "improvements": "declines", "enhances": "weakens",
    "enhance": "weaken", "enhancing": "weakening", "outperforms": "underperforms",
    "outperform": "underperform", "outperforming": "underperforming", "higher": "lower",
    "lower": "higher", "better": "worse", "worse": "better", "faster": "slower", "slower": "faster",
    "larger": "smaller", "smaller": "larger", "greater": "smaller", "superior": "inferior",
    "surpasses": "falls short of", "surpassing": "falling short of", "exceeds": "falls below",
    "gains": "losses", "boosts": "lowers", "mitigates": "aggravates", "mitigating": "aggravating",
    "mitigate": "aggravate", "stronger": "weaker", "decline": "rise", "drops": "rises",
    "accelerates": "slows down", "strengthens": "weakens", "alleviates": "aggravates",
    "minimizing": "maximizing", "maximizing": "minimizing", "minimizes": "maximizes",
    "maximizes": "minimizes", "fewer": "more", "cheaper": "more expensive", "rises": "falls",
}  # fmt: skip

THIRD_PERSON: Final = {
    "achieves": "achieve", "addresses": "address", "aligns": "align", "allows": "allow",
    "captures": "capture", "contributes": "contribute", "demonstrates": "demonstrate",
    "depends": "depend", "enables": "enable", "enhances": "enhance", "ensures": "ensure",
    "generalizes": "generalize", "improves": "improve", "increases": "increase", "involves": "involve",
    "leads": "lead", "matches": "match", "offers": "offer", "outperforms": "outperform",
    "provides": "provide", "compromises": "compromise", "exhibits": "exhibit", "performs": "perform",
    "reflects": "reflect", "reduces": "reduce", "relies": "rely", "remains": "remain",
    "requires": "require", "reveals": "reveal", "shows": "show", "suffers": "suffer",
    "supports": "support", "surpasses": "surpass", "uses": "use", "yields": "yield",
}  # fmt: skip
"""Verbs that a sentence is negated at: "improves" → "does not improve"."""

PLURAL_VERBS: Final = frozenset(
    "achieve address capture enable exhibit fail improve increase lead offer outperform perform "
    "provide reduce reflect rely remain require reveal show suffer surpass tend yield".split()
)

NEGATED: Final = {
    "do not necessarily": "necessarily", "does not necessarily": "always", "cannot": "can",
    "can not": "can", "could not": "could", "does not": "does", "do not": "do", "did not": "did",
    "is not": "is", "are not": "are", "has not": "has", "have not": "have", "may not": "does",
    "fails to": "manages to", "fail to": "manage to", "failing to": "managing to",
    "failed to": "managed to", "without requiring": "while requiring", "without needing": "while needing",
    "without relying": "while relying", "without the need for": "with a need for",
    "eliminating the need for": "creating a need for", "unable to": "able to", "lack": "have",
    "lacks": "has", "impossible": "possible", "no longer": "still", "ineffective": "effective",
    "unreliable": "reliable",
}  # fmt: skip
"""Negations, and the same without. "may not" is stated without its hedge as well."""

MODELS: Final = (
    "GPT-4", "GPT-3.5", "GPT-4o", "Llama-3-8B", "LLaMA2", "Mistral-7B", "Qwen2.5-7B", "Vicuna-13B",
    "Gemma-2-9B", "ChatGPT", "Claude-3-Opus", "Gemini", "LLaVA-1.5", "Mixtral-8x7B", "DeepSeek-R1",
    "Stable Diffusion", "GPT-2", "Llama-3-70B", "Falcon-40B", "Phi-3",
)  # fmt: skip
BENCHMARKS: Final = (
    "AlpacaEval", "AlpacaEval 2", "MT-Bench", "Arena-Hard", "GSM8K", "TruthfulQA", "MMLU",
    "RewardBench", "HumanEval", "HH-RLHF", "UltraFeedback", "BBH", "HellaSwag", "IFEval", "TL;DR",
    "HelpSteer", "RM-Bench", "JudgeBench", "LMSYS", "BeaverTails",
)  # fmt: skip
METHODS: Final = (
    "DPO", "PPO", "KTO", "IPO", "SimPO", "ORPO", "GRPO", "RLHF", "RLAIF", "SFT", "SLiC", "RRHF",
    "CPO", "SPIN", "LoRA", "RAG",
)  # fmt: skip
FAMILIES: Final = (MODELS, BENCHMARKS, METHODS)
"""Names that stand for each other when a name is swapped."""

ABSENT: Final = (
    "{who} release the code and all training data under an open licence.",
    "{who} report that human annotators preferred the outputs in a blind study with medical doctors.",
    "Training took less than a day on a single consumer GPU.",
    "The results were replicated by an independent laboratory.",
    "{who} find that the effect disappears in languages other than English.",
    "The approach was deployed in a production system that serves millions of customers.",
    "A survey of practitioners showed broad satisfaction with the tool.",
    "{who} note that the carbon footprint of training was offset.",
    "The annotators were paid the minimum wage of their country.",
    "{who} conclude that regulation by law is needed before such systems are used in schools.",
    "Performance on speech recognition was unaffected.",
    "{who} warn that the training set overlaps with the test set.",
    "The gains vanish when the learning rate is doubled.",
    "Inference needs a quarter of the memory of earlier systems.",
    "{who} attribute the result to a larger vocabulary of the tokenizer.",
    "Children and adults reacted alike in the user study.",
)
"""Claims that might well stand in an abstract; none does in those that ship, word for word or nearly."""
