"""Stop words: words of English that carry no content of their own, and those of other languages."""

from __future__ import annotations

import re

FUNCTION_WORDS = frozenset(
    """a an the this that these those it its they their them there he she his her we our us i you your
    and or nor but so if then than as at by for from in into of on onto over to with within without upon
    via per about above across after against along among around before behind below beneath beside
    between beyond despite down during except inside like near off out outside past through throughout
    toward towards under until up is are was were be been being am do does did doing done has have had
    having will would shall should can could may might must not no never cannot neither none both either
    each every all any some such same own other another only just also too very much many more most less
    least few fewer several when while where which who whom whose what how why whether because since
    although though however thus therefore hence yet still even rather quite well further moreover
    additionally respectively e.g i.e etc vs using use used uses based whereas one ones paper study work
    show shows shown showed find finds found report reports reported propose proposes proposed present
    presents presented introduce introduces introduced authors author here new novel namely
    versus according researchers team developers called s t""".split()
)
"""Stop words of statements: what checks of a claim ignore, with the usual frames ("we show that")."""
QUESTION_STOP_WORDS = frozenset(
    "a an the of into in on at to for from by with without about as is are was were be been do does did has "
    "have had can could will would should may might must not no only or and but if than what which who "
    "whom whose when where why how much many any some all more most less very just i you we us our "
    "your my me tell explain please give show there also too then so ok okay up out over else other one "
    "ones same again it its they them their theirs he she his this these those such both former latter "
    "i'm i'd what's that's it's don't doesn't".split()
)
"""Stop words of questions. Unlike `FUNCTION_WORDS` they have "tell", "explain" and "please", and leave out
words that narrow what is asked: "after", "new", "based", "paper".
"""
FOREIGN_STOP_WORDS = frozenset(
    """der das und ist nicht ein eine einen einem einer eines mit von zu den dem des auf für sich auch als
    werden wird wurde sind durch bei nach über aus wie oder zur zum dass im ohne mehr sie hat haben
    le la les des une du et est pas dans pour qui sur avec par plus sont aux ce cette ces que ne
    el los las un una de y en es no se por con para del al su como más sin son lo
    il gli di che è non per una della nel alla dei delle sono con più dal
    o os uma do da não em para com das dos ao mais é são pelo pela sem
    de het een van niet op met voor zijn te door bij wordt meer dan ook naar
    och att det som en på är av för med den inte till om ett har de
    og på er af til ikke med som det at en et
    i w na z się nie jest że do dla przez oraz jak
    ve bir bu için ile da daha olarak olan
    ja on ei se että ovat kuin
    nu este și cu la din pe care mai sau""".split()
)
"""Stop words of other languages in Latin script."""
SHARED_STOP_WORDS = frozenset(
    "in an on no a i do me as at so was so he die war am will den to per son non as or is".split()
)
"""Those of them that are English words as well."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def is_function_word(lower: str) -> bool:
    """Whether a word, in lower case, carries no content of its own."""
    return lower in FUNCTION_WORDS


def content_words(text: str) -> list[str]:
    """The words of a question that are no stop words, in lower case."""
    return [word for word in _WORD.findall(text.casefold()) if word not in QUESTION_STOP_WORDS]
