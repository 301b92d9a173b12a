"""Antonyms: the axes that words stand on, each at one of two ends, and who wins in verbs of comparison."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from footnote.rag.language.tokens import Word, stem_of

_UP_DOWN = {
    "amount": (
        """increase increasing increases increased rise raise grow boost elevate higher more
        greater larger bigger amplify expand expansion escalate surge upregulate longer exacerbate
        intensify aggravate widen maximize double triple highest largest greatest longest wider rising
        growing broaden gain exceed rose grew grown risen strengthen stronger potentiate augment heighten
        magnify accumulate climb soar swell lift uplift mount""",
        """decrease reduce reduction drop decline fall lower less fewer smaller shrink diminish lessen
        cut minimize minimise mitigate alleviate suppress attenuate curb downregulate shorter halve
        lowest smallest fewest shortest narrower lessens dampen falling depress eliminate relieve fell
        fallen loss shrank cutting weaken weaker blunt abolish abrogate quench dwindle plummet slump sink
        slip dip plunge tumble subside soften wane taper trim slash curtail compress""",
    ),
    "worth": (
        """improve improvement enhance enhancement better benefit help superior best
        ameliorate beneficial favorable favourable excel boost gain raise""",
        """degrade degradation worsen worse harm hurt impair deteriorate deterioration undermine
        inferior damage compromise worst hinder poorer detrimental unfavorable aggravate
        exacerbate erode sacrifice hamper""",
    ),
    "level": ("high large long strong deep wide rich great", "low small short weak shallow narrow poor"),
    "charge": ("positive positively favorably",
               "negative negatively adversely unfavorably inverse inversely"),
    "speed": ("faster fast accelerate acceleration quicker quick rapid speedup quickly rapidly",
              "slower slow decelerate deceleration delay slowly slowdown"),
    "ease": ("easy easier easily simple simpler effortless straightforward",
             "hard harder difficult difficulty challenging complex complicated"),
    "safe": ("safe safer safely harmless secure safety", "unsafe harmful dangerous hazardous insecure"),
    "heed": ("capture consider respect", "ignore neglect disregard overlook"),
    "robust": ("robust robustness resilient resistant resistance withstand",
               "vulnerable vulnerability fragile brittle susceptible susceptibility sensitive sensitivity "
               "sensitize sensitise prone"),
    "success": ("succeed success successful successfully", "fail failure unsuccessful"),
    "agree": (
        "agree agreement consistent consistency",
        "disagree disagreement inconsistent inconsistency contradict",
    ),
    "member": ("include", "exclude"),
    "let": ("enable allow permit promote facilitate encourage induce trigger stimulate activate "
            "incentivize incentivise",
            "prevent inhibit block prohibit discourage impede obstruct inactivate "
            "deactivate preclude suppress"),
    "price": ("cheap cheaper inexpensive affordable", "expensive costlier"),
    "often": (
        "always often frequently frequent common commonly usually",
        "never rarely rare seldom infrequently",
    ),
    "order": ("before precede prior earlier early", "after follow subsequent later late"),
    "tend": ("likely readily inclined willing", "unlikely reluctant unwilling"),
    "same": ("same similar similarly identical alike", "different differ dissimilar differently"),
    "line": ("online", "offline"),
    "keep": ("keep kept preserve retain maintain", "lose lost discard forget withdraw withdrew"),
    "estimate": ("overestimate", "underestimate"),
    "take": ("accept", "reject"),
    "step": ("add", "remove"),
    "extent": ("maximum maximal upper", "minimum minimal"),
}  # fmt: skip
CROSSED = {"amount", "worth"}
"""The axes that are compared by what is near; on the others an opposite counts only alone."""
_PREFIXED = {
    f"{prefix}{word}": word
    for prefix, words in {
        "in": "accurate adequate appropriate capable coherent complete consistent correct dependent direct "
              "effective efficient sensitive significant stable sufficient valid variant visible dispensable",
        "im": "balanced possible practical perfect mature precise proper",
        "ir": "relevant regular rational reversible",
        "dis": "advantage similar honest incentive",
        "un": "able reliable stable supervised clear known necessary likely successful important fair biased "
              "certain related affected changed common correlated predictable faithful helpful safe "
              "realistic aligned constrained limited acceptable desirable satisfactory seen labeled paired "
              "interpretable",
        "non": "linear trivial significant parametric -linear -trivial -significant -stationary",
        "mis": "aligned leading match",
    }.items()
    for word in words.split()
}  # fmt: skip
BEATS = {
    stem_of(word): sign
    for sign, words in {
        1: "outperform surpass exceed beat outstrip outrank outscore overtake dominate outpace outclass "
           "outdo eclipse defeat top",
        -1: "underperform trail lag",
    }.items() for word in words.split()
}  # fmt: skip
"""Stems of verbs of comparison: +1 where the subject wins, -1 where it loses."""
COMPARATIVES = {
    word: sign
    for sign, words in {
        1: "better higher more greater larger stronger faster superior bigger longer over safer easier",
        -1: "worse lower less fewer smaller weaker slower inferior shorter poorer cheaper harder",
    }.items() for word in words.split()
}  # fmt: skip
"""Words before "than": +1 where what stands before wins, -1 where it loses."""
GOOD_WHEN_LOW = frozenset(
    stem_of(word)
    for word in """
    error cost latency harm toxicity hallucination loss time bias risk variance noise memory
    overhead perplexity complexity failure vulnerability violation burden consumption inference rate
    gap distance drift forgetting refusal attack redundancy uncertainty mortality disease death
    symptom pain tumor inflammation infection expense length number amount size parameter compute
    computation energy budget verbosity sycophancy overfitting overoptimization hacking instability
    degradation issue problem limitation ambiguity conflict misalignment discrepancy disparity
    dependence reliance need hazard toxic harmful deviation divergence
    """.split()
)
"""Stems of things of which less is better."""


@cache
def lexicon() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Stem → the axes that it stands on, each with its sign."""
    found: dict[str, dict[str, int]] = {}
    for axis, (ups, downs) in _UP_DOWN.items():
        for sign, words in ((1, ups), (-1, downs)):
            for word in words.split():
                found.setdefault(stem_of(word), {}).setdefault(axis, sign)
    return {stem: tuple(axes.items()) for stem, axes in found.items()}


@cache
def _prefixed() -> Mapping[str, tuple[str, int]]:
    """Word, as it is written → its own axis: "stable" against "unstable". Stems would mix in other words."""
    found: dict[str, tuple[str, int]] = {}
    for prefixed, plain in _PREFIXED.items():
        for ending in ("", "ly"):
            found[prefixed + ending], found[plain + ending] = (f"un:{plain}", -1), (f"un:{plain}", 1)
    return found


def axes_of(word: Word) -> tuple[tuple[str, int], ...]:
    """The axes that a word stands on, each with its sign; none for a name."""
    if not word.text[0].isalpha() or (len(word.text) > 1 and word.text.isupper()):
        return ()
    own = _prefixed().get(word.lower)
    return (*lexicon().get(stem_of(word.lower), ()), *((own,) if own else ()))


def moves_amount_or_worth(word: Word) -> bool:
    """Whether a word says that something grows, shrinks, gets better or worse: one stands for another."""
    return any(axis in CROSSED for axis, _ in axes_of(word))
