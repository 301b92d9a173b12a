import re

import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.retrieval.introductions import introduces, only_mentioned
from footnote.store.papers import Paper


@pytest.mark.parametrize(
    ("abstract", "own"),
    [
        ("We propose a simple method, ZEBRA, that paints stripes.", True),
        ("In this paper, we introduce the ZEBRA benchmark.", True),
        ("We release a corpus for the study of stripes in the wild, called ZEBRA.", True),
        ("We propose Zonal Equine Brush for Regular Art (ZEBRA), which paints stripes.", True),
        ("Our benchmark, called ZEBRA, has ten tasks.", True),
        ("In this work, ZEBRA, a new method, paints stripes.", True),
        ("This paper introduces RPO, a framework that unifies DPO and ZEBRA.", False),
        ("We propose a method that outperforms ZEBRA.", False),
        ("Methods such as ZEBRA fail.", False),
        ("Smith et al. introduced ZEBRA, a new method.", False),
        ("We show that ZEBRA, a simple metric, agrees with painters.", False),
        ("We introduce Inverse ZEBRA and compare it.", False),
        ("We propose ZEBRA-style training, and Mini-ZEBRA.", False),
        ("We introduce ZEBRAFISH.", False),
    ],
)
def test_which_abstract_introduces_a_name(abstract: str, own: bool) -> None:
    assert introduces(Paper(id="p", title="On stripes", abstract=abstract), "ZEBRA") is own


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("ZEBRA: Painting by Numbers", True),
        ("ZEBRA Technical Report", True),
        ("ZEBRA 2: Painting Faster", False),
        ("ZEBRAFISH: ZEBRA is a good start", False),
        ("Inverse ZEBRA: Removing Stripes", False),
        ("ZEBRA is all you need", False),
    ],
)
def test_which_title_introduces_a_name(title: str, own: bool) -> None:
    assert introduces(Paper(id="p", title=title, abstract="It paints."), "ZEBRA") is own


def test_titles_of_the_library_name_what_their_abstracts_introduce(assistant: Assistant) -> None:
    head = re.compile(r"(\w*[a-z]?[A-Z]\w+): ")
    papers = assistant.library.catalog.papers()
    heads = [(paper, found[1]) for paper in papers if (found := head.match(paper.title))]
    own = [
        introduces(paper.model_copy(update={"title": ""}), name)
        for paper, name in heads
        if re.search(rf"\b{name}\b", paper.abstract)
    ]
    assert len(own) > 60
    assert sum(own) > 0.9 * len(own)


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("Which paper introduced BLEU?", False),
        ("which paper introduced constitutional AI?", False),
        ("Who created AlpacaEval?", False),
        ("What company released GPT-4?", False),
        ("Which paper introduced Magpie?", True),
        ("Who released AlignX?", True),
        ("Which paper introduced position bias?", True),
    ],
)
def test_a_source_is_one_that_presents_the_name_as_its_own(
    question: str, held: bool, assistant: Assistant
) -> None:
    assert (not only_mentioned(question, assistant.library, None)) is held
