"""Words of bibliographic files for languages and kinds of works → ISO 639-1 and CSL. Pure."""

from __future__ import annotations

import re

# ISO 639-1, then the names and the codes of ISO 639-2 by which files write it.
_LANGUAGES = {
    word: line.split()[0]
    for line in """
        en english eng angielski anglais inglés ingles englisch 英文 英语
        zh chinese chi zho mandarin 中文 汉语 chinois
        es spanish spa español espanol castilian
        fr french fre fra français francais
        de german ger deu deutsch
        pt portuguese por português portugues
        ru russian rus
        ja japanese jpn 日本語
        ko korean kor
        it italian ita italiano
        pl polish pol
        tr turkish tur
        nl dutch nld dut
        sv swedish swe
        no norwegian nor nb nn
        da danish dan
        fi finnish fin
        cs czech cze ces
        sk slovak slo slk
        sl slovenian slovene slv
        hr croatian hrv scr
        sr serbian srp scc
        bs bosnian bos
        hu hungarian hun
        ro romanian rum ron
        bg bulgarian bul
        uk ukrainian ukr
        el greek gre ell
        he hebrew heb
        ar arabic ara
        fa persian farsi per fas
        hi hindi hin
        id indonesian ind
        ms malay may msa
        th thai tha
        vi vietnamese vie
        ca catalan cat
        eu basque baq eus
        gl galician glg
        et estonian est
        lv latvian lav
        lt lithuanian lit
        is icelandic ice isl
        ka georgian geo kat
        mk macedonian mac mkd
        sq albanian alb sqi
        af afrikaans afr
        la latin lat
        ur urdu urd
        bn bengali ben
        ta tamil tam
        az azerbaijani aze
        hy armenian arm hye
        kk kazakh kaz
        cy welsh wel cym
        ga irish gle
        mn mongolian mon
    """.strip().splitlines()
    for word in line.split()
}

# The type of CSL → the words by which RIS, BibTeX, PubMed, Scopus, OpenAlex and the rest write it, without
# spaces and signs, in small letters. "article" is a journal's, as nearly all have it; of CSL-JSON it is a
# preprint, which its reader has to say.
_TYPES = {
    word: csl
    for csl, words in {
        "article-journal": """jour journalarticle article ejour ejournalarticle researcharticle research
        researchpaper
            articleinpress earlyaccess articleearlyaccess inpr abst casereport casereports clinicaltrial
            review comparativestudy randomizedcontrolledtrial metaanalysis systematicreview
            observationalstudy letter multicenterstudy validationstudy evaluationstudy reviewarticle
            shortsurvey note comment editorial erratum correction publishederratum ieeejournals ieeemagazines
            期刊 期刊论文 j jfull shortcommunication conferencereview articlejournal editorialmaterial
            newsitem otherarticle case""",
        "article": "preprint posted postedcontent eprint unpb unpublished workingpaper",
        "paper-conference": """cpaper conf conference conferencepaper conferenceproceedings inproceedings
        proceedings
            proceedingspaper proceedingsarticle meetingabstract articleproceedingspaper conferencearticle
            congress ieeeconferences conferenceobject conferenceproceeding meeting
                conferenceproceedingsarticle paperconference 会议 中国会议 国际会议""",
        "book": "book ebook edbook monograph editedbook b wholebook",
        "chapter": "chapter chap echap bookchapter inbook incollection booksection bookpart s",
        "thesis": """thesis thes phdthesis mastersthesis masterthesis dissertation dissertationthesis
        doctoralthesis
            博士 硕士 学位论文""",
        "report": "report rprt techreport technicalreport govdoc governmentdocument",
        "review-book": "bookreview reviewbook",
        "dataset": "dataset data",
        "software": "software comp computerprogram",
        "webpage": "webpage elec web website online electronic",
        "post-weblog": "blog blogpost weblog postweblog",
        "article-newspaper": "news newspaperarticle newspaper articlenewspaper 报纸",
        "article-magazine": "mgzn magazinearticle magazine articlemagazine",
        "patent": "patent pat",
        "standard": "standard stand",
        "manuscript": "manuscript mansc manscpt",
        "document": "document gen generic misc miscellaneous other",
        "speech": "speech presentation",
        "motion_picture": "motionpicture video vide",
        "pamphlet": "pamphlet pamp booklet",
        "entry-encyclopedia": "entryencyclopedia ency encyc encyclopediaarticle",
        "entry-dictionary": "entrydictionary dict dictionaryentry",
    }.items()
    for word in words.split()
}


def language_code(text: str) -> str | None:
    """ISO 639-1 of a language as files write it ("English", "eng", "en-US"); of several, of the first."""
    word = re.split(r"[;,|/()\[\]\s_-]", text.strip().lower(), maxsplit=1)[0]
    return _LANGUAGES.get(word)


def csl_type(text: str) -> str | None:
    """The type of CSL of a kind of work ("JOUR", "@inproceedings"); of several, of the first known."""
    for word in (text, *re.split(r"[;,|]", text)):
        bare = "".join(c for c in word.lower() if c.isalnum())
        if bare in _TYPES:
            return _TYPES[bare]
    return None
