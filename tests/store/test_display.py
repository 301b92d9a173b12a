"""LaTeX residue made readable, and nothing else touched."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.display import plain_text
from footnote.store.papers import Listing
from footnote.store.readers.daily_papers import parse_page

SHIPPED = [
    text
    for page in sorted(files("footnote.store.corpus").iterdir(), key=lambda file: file.name)
    if page.name.endswith(".txt")
    for listing in parse_page(page.read_text("utf-8"), page.name)
    if isinstance(listing, Listing)
    for text in (listing.title, listing.abstract)
]


@pytest.mark.parametrize(("residue", "plain"), [
    # as found in the shipped abstracts
    ("$i$REPO: $i$mplicit Reward", "iREPO: implicit Reward"),
    (r"LiPO-{\lambda}, which", "LiPO-λ, which"),
    (r"by 15.49\%, 17.65\% 7.95\% and", "by 15.49%, 17.65% 7.95% and"),
    (r"Harmless\&Helpful", "Harmless&Helpful"),
    (r"a Spherical B\'ezier method", "a Spherical Bézier method"),
    (r"\textbf{Varco Arena}, provides", "Varco Arena, provides"),
    (r"handling. \textbf{We will open-source", "handling. We will open-source"),
    (r"the {\em status quo} for", "the status quo for"),
    (r"that \model~achieves", r"that \model achieves"),
    ("models~(LLMs) on AlpacaEval~2.0", "models (LLMs) on AlpacaEval 2.0"),
    ("is ``better'' than ``good''", "is “better” than “good”"),
    ("of ``you may be attacked`` to", "of “you may be attacked” to"),
    ('(``synthesis recipe")', "(“synthesis recipe”)"),
    ("are `better' or `safer.' We", "are ‘better’ or ‘safer.’ We"),
    ("10^3--10^4 samples", "10^3–10^4 samples"),
    ("language---the same", "language—the same"),
    ("Q^{pi_{sft}} and 2^{d_context} and rho_{BL}", "Q^pi_sft and 2^d_context and rho_BL"),
    # as found elsewhere
    (r"$\alpha$-divergence, $\Delta$ and $O(n \log n)$", r"α-divergence, Δ and O(n \log n)"),
    ("D$^2$O and R$^{3}$", "D^2O and R^3"),
    ("$$x^2$$ and an $n$-gram", "x^2 and an n-gram"),
    (r"\textbf{\emph{both}} and \url{https://a.b/c}", "both and https://a.b/c"),
    (r"Schr\"odinger, Poincar\'{e}, Erd\H{o}s, \v{C}ech, {\'e}", "Schrödinger, Poincaré, Erdős, Čech, é"),
    (r"et al.~[3], Fig.~2", "et al. [3], Fig. 2"),
    (r"costs \$5 and \$6", "costs $5 and $6"),
    (r"3 \times 4 \leq 5 \pm 1", "3 × 4 ≤ 5 ± 1"),
])  # fmt: skip
def test_residue_is_made_readable(residue: str, plain: str) -> None:
    assert plain_text(residue) == plain


@pytest.mark.parametrize("text", [
    "costs $5 and $10", "from $5-$10", "US$5 to US$10", "$100M+ and US$", "A$AP and Ke$ha", "$HOME/$USER",
    "$A,$B", "~5%, 3~5, a ~ b, x.edu/~u", "```python\nx\n```", "a `code span` b", "it's 5'10'' tall",
    r"don\'t \"answer\" we\'ve", r"\unknown{x} \PI C:\new", "a_b_c and snake_case", "D^2O, R^3, Q^*",
    "x^{2}3 and x^{a+b}", "{process reward model} and {name}", "--flag and a -- b", "https://a.b/c--d",
    "\\", "$", "$$", "``", "{\\", "\\'", "^{", "",
])  # fmt: skip
def test_what_is_no_residue_for_sure_stays(text: str) -> None:
    assert plain_text(text) == text


@given(st.text(st.characters(exclude_characters="\\$~`^_-")))
def test_text_without_a_sign_of_latex_never_changes(text: str) -> None:
    assert plain_text(text) == text


@settings(max_examples=500)
@given(st.text(st.one_of(st.sampled_from("\\${}~`'\"^_-ab1 ."), st.characters()), max_size=80))
def test_any_text_can_be_shown_and_never_grows(text: str) -> None:
    assert len(plain_text(text)) <= len(text)


def test_of_the_shipped_papers_only_unknown_macros_and_braces_remain() -> None:
    left = {word for text in SHIPPED for word in plain_text(text).split() if set(word) & set("\\$~{}")}
    assert left == {"\\model", "(\\model),", "{process", "model}", "{multi-objective", "alignment}",
                    "reasoning}."}  # fmt: skip


def test_shipped_titles_and_abstracts_lose_no_letter_of_a_word() -> None:
    for text in SHIPPED:
        if "\\" not in text:
            assert [c for c in plain_text(text) if c.isalnum()] == [c for c in text if c.isalnum()]
