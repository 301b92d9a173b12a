"""Sentences that give orders to whoever reads them: found among evidence, they support nothing. Pure."""

from __future__ import annotations

import re
import unicodedata

from footnote.rag.llm.replies.visible import is_invisible

_SAY = (
    r"(?:say|state|claim|answer|reply|respond|recommend|tell|report|conclude|output|print|write|repeat|cite|"
    r"mention|reveal|assert|declare|endorse|promote|insist|admit|include|add|return|rate|praise|suggest|"
    r"advise)"
)
_ABOVE = (
    r"(?:(?:all|any|every|everything|each|the|your|my|these|those|this|of|other|prior|previous|preceding|"
    r"earlier|"
    r"above|foregoing|system|original|given|initial|safety|existing|what)\s+){0,5}"
    r"(?:instructions?|prompts?|rules?|context|above|guidelines|directions?|orders?|messages?|sources?|"
    r"passages?|"
    r"papers?|text|evidence|documents?|sentences?|said|precedes|before|previous|prior|everything|question|"
    r"abstracts?|stud(?:y|ies)|claims?|publications?|figures?)\b"
)
_LEAD = (
    r"(?:(?:please|kindly|now|also|instead|always|never|simply|just|only|then|and|but|so|first|next|"
    r"important|note|"
    r"attention|warning|hint|reminder|remember|from\s+now\s+on|in\s+your\s+(?:answer|reply|response)|"
    r"do\s+not|don't|you\s+must|therefore|hence|thus|however)\b[\s:,!–—-]*){0,4}"
)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # To ignore the other text.
        rf"{_LEAD}(?:ignore|disregard|forget|override|overrule|discard|skip)\s+{_ABOVE}",
        # What to say when asked.
        rf"{_LEAD}(?:when(?:ever)?|if|once|every\s+time)\s+(?:(?:you|you're|someone|anyone|a|the|any|user|"
        rf"users|"
        rf"reader|asker|human|person|question|is|are|ever|be|being|they|he|she)\s+){{0,5}}"
        rf"(?:asked|asks|prompted|queried|questioned|answering|responding|replying|summari[sz]ing|quer(?:y|"
        rf"ies))\b"
        rf"(?:[^,]{{0,200}},)?\s*(?:(?:you|please|always|must|should|shall|only|just|simply|then|instead|"
        rf"first|have|to)"
        rf"\s+){{0,4}}{_SAY}\b",
        # What you must do. "you" has no other place in what a paper reports.
        rf"{_LEAD}(?:you|the\s+(?:assistant|reader|model|ai|system|chatbot|answerer))\s+(?:must|should|shall|"
        rf"will|"
        rf"have\s+to|need\s+to|are\s+to|are\s+(?:required|instructed|told|ordered|asked|obliged)\s+to|"
        rf"ought\s+to)\s+"
        rf"(?:(?:now|always|only|never|not|instead|therefore|simply|immediately|also)\s+){{0,3}}"
        rf"(?:{_SAY}|ignore|disregard|forget|obey|follow|comply|treat|use|prefer|give|trust|call|act|pretend|"
        rf"avoid|"
        rf"refuse|consider|pick|choose|name)\b",
        rf"{_LEAD}you\s+(?:are|will\s+be|act\s+as)\s+(?:now\s+)?(?:an?|the|no\s+longer)\b",
        # A bare command to speak.
        rf"{_LEAD}(?:say|tell|reply|respond|answer|output|print|repeat|recommend|assert|conclude|insist|"
        rf"declare|"
        rf"state|claim|report|cite|mention|reveal|write|pretend|remember)\s+(?:(?:only|just|always|exactly|"
        rf"instead|back|clearly|truthfully|falsely)\s+)?(?:that|with|the\s+(?:user|reader|asker|human|"
        rf"question|answer|"
        rf"following|words?|phrase|sentence|system|password|prompt)|user|users|them|him|her|yes|no|"
        rf"as\s+(?:if|an?)|"
        rf"to\s+(?:the|any|every|all)|this\s+(?:paper|abstract|work)|it|nothing|only|\"|“|')",
        rf"{_LEAD}(?:always|never|only|please)\s+{_SAY}\b",
        rf"(?:please|instead|important|attention|warning|now|do\s+not|don't)[\s:,!]+"
        rf"(?:(?:always|only|just|never)\s+)?{_SAY}\b",
        rf"{_LEAD}(?:follow|obey|comply\s+with|execute|adhere\s+to)\s+(?:(?:only|all|the|these|this|my|"
        rf"following|new|"
        rf"instead)\s+){{1,4}}(?:instructions?|orders?|commands?|rules?|directions?|below)\b",
        rf"{_LEAD}(?:do\s+not|don't|never)\s+(?:{_SAY}|trust|use|rely|consider|believe|follow|quote|tell|"
        rf"read)\b",
        rf"{_LEAD}(?:treat|regard|consider|rank|prefer|trust|favou?r|prioriti[sz]e)\s+(?:only\s+)?(?:this|"
        rf"the\s+above|"
        rf"our)\s+(?:paper|abstract|text|passage|sentence|source|method|claim|answer|work)\b",
        rf"{_LEAD}(?:(?:be\s+sure|make\s+sure|take\s+care|you\s+are\s+\w+|remember)\s+to|(?:assistant|model|"
        rf"reader|ai|"
        rf"chatbot)\s*,\s*(?:\w+\s+)?)\s*{_SAY}\b",
        rf"it\s+is\s+(?:\w+\s+)?(?:essential|important|crucial|vital|mandatory|required|imperative|"
        rf"necessary)\s+"
        rf"(?:that\s+you|for\s+you\s+to|to\s+{_SAY}\s+(?:only|this|the\s+(?:user|reader)))\b",
        r"(?:the|your)\s+(?:answer|reply|response)\s+is\s+always\b",
        r"recommend\s+[\w-]",
        rf"{_LEAD}(?:end|begin|start|finish|close|open|preface|conclude)\s+(?:your|every|each|any|all|the)\s+"
        rf"(?:answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies))\b",
        rf"{_LEAD}(?:use|rely|base|quote|cite|trust|believe|read|follow|repeat|copy|report)\s+(?:(?:only|"
        rf"exclusively|solely|"
        rf"just|your\s+answer)\s+)?(?:on\s+)?(?:only\s+)?(?:this|these|the\s+(?:present|above|"
        rf"following))\s+(?:\w+\s+)?(?:papers?|abstracts?|"
        rf"text|passage|sentences?|sources?|numbers?|figures?|values?|answers?|statements?|lines?|words?)\b",
        rf"{_LEAD}(?:consider|treat|regard|view)\s+(?:all|any|every)\s+other\b",
        rf"{_LEAD}(?:stop\s+reading|make\s+sure\s+(?:that\s+)?(?:your|the|every|you))\b",
        rf"{_LEAD}to\s+answer\s+(?:any|every|all|a|the|this)\s+questions?\b[^,]{{0,80}},\s*(?:just\s+|"
        rf"only\s+)?{_SAY}\b",
        rf"{_LEAD}when(?:ever)?\s+[^,]{{1,60}}\s(?:is|are)\s+(?:mentioned|discussed|raised|"
        rf"brought\s+up)\s*,\s*"
        rf"(?:always\s+)?{_SAY}\b",
        r"kindly\s+note\s+that\s+only\s+this\b",
        # A courteous one.
        rf"(?:please|kindly)[\s,]+(?:(?:kindly|do|always|only|just|also|then|be\s+so\s+kind\s+as\s+to|"
        rf"make\s+sure\s+to)"
        rf"\s+){{0,3}}(?:{_SAY}|ignore|disregard|forget|trust|believe|answer|treat|regard|remember|give|"
        rf"use\s+only|"
        rf"quote|follow|avoid|refrain|do\s+not|don't)\b",
        # Marks of a conversation.
        r"(?:\W{0,4}(?:system|answer|assistant|user|developer|human|admin(?:istrator)?|ai|instructions?|"
        r"prompt|new\s+"
        r"(?:task|instructions?|rules?|system\s+prompt)|system\s+(?:prompt|message|note|override|"
        r"instructions?)|"
        r"(?:note|message|instructions?|notice|attention|reminder|memo)\s+(?:to|for)\s+(?:the\s+|all\s+|"
        r"any\s+|every\s+)?"
        r"(?:[a-z]{1,12}\s+)?(?:ai|assistants?|models?|llms?|readers?|reviewers?|chatbots?|agents?|system|"
        r"summari[sz]ers?|"
        r"answerers?)\b[^.:]{0,40}))\W{0,4}[:>\]|]",
        r".{0,80}?(?:<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id)[^>]{0,40}|\[/?INST\]|"
        r"<</?SYS>>)",
        r"(?:the\s+(?:correct|right|only|true)\s+(?:answer|reply|response)\s+(?:to\s+(?:any|every|all|this|"
        r"the)\b.{0,60}?)?"
        r"(?:is|must\s+be|should\s+be)\s+(?:to\s+say|always|that)\b)",
        rf"(?:any|all|every|your|the|each)\s+(?:\w+\s+)?(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|"
        rf"outputs?)"
        rf"(?:\s+to\s+[\w\s]{{1,40}}?)?\s+(?:must|should|shall|has\s+to|have\s+to)\s+(?:not\s+|only\s+|"
        rf"always\s+|first\s+"
        rf"|be\b|contain|begin|start|end|{_SAY})",
    )
)
_ANYWHERE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # A reader is asked to say or to ignore something.
        rf"\b(?:assistants?|readers?|(?:language\s+)?models?|llms?|ais?|chatbots?|summari[sz]ers?|agents?|"
        rf"you)\b"
        rf"(?:\s+(?:summari[sz]ing|reading|that|who|which|read|reads|this|the|abstract|paper|text|"
        rf"of)){{0,6}}\s+"
        rf"(?:is|are)\s+(?:\w+ly\s+)?(?:asked|requested|urged|advised|instructed|required|invited|begged|"
        rf"told|ordered)"
        rf"\s+to\s+(?:(?:always|only|never|not|please|kindly)\s+){{0,2}}(?:{_SAY}|ignore|disregard|trust|"
        rf"prefer)\s+"
        rf"(?:only|that|this|these|our|the\s+(?:above|following|present)|no|nothing|all|any|every|other)\b",
        r"\b(?:we|i|authors)\s+(?:would\s+)?(?:\w+ly\s+)?(?:ask|request|urge|beg|instruct|order|command|be\s+"
        r"(?:very\s+)?grateful\s+if|be\s+obliged\s+if|appreciate\s+it\s+if)\s+(?:you|readers?|the\s+reader|"
        r"any\s+(?:reader|model|assistant)|(?:all\s+)?assistants?)\b",
        r"\b(?:assistants?|readers?|models?|llms?|ais?|chatbots?)\s+(?:that|who|which)\s+(?:may\s+|"
        r"will\s+)?(?:read|"
        r"process|see|summari[sz]e|cite|use|parse)s?\s+(?:this|these|the\s+present)\b",
        r"\b(?:readers?|assistants?|chatbots?)\s+(?:should|must|have\s+to|has\s+to|need\s+to)\s+(?:always\s+|"
        r"only\s+)?"
        r"(?:answer|reply|respond|say|output|repeat|conclude)\b",
        r"\b(?:could|would|will|can)\s+you\s+(?:please|kindly|mind|be\s+so)\b",
        r"\b(?:wants?|asks?|orders?|instructs?|commands?|requires?|expects?|tells?|would\s+like)\s+(?:you|"
        r"every\s+"
        r"assistant|all\s+assistants|any\s+assistant)\s+to\b",
        r"\bit\s+(?:is|would\s+be)\s+(?:\w+ly\s+)?(?:requested|required|demanded|appreciated|"
        r"desired)\s+(?:that|if)\s+"
        r"(?:you|every|all|any|each|the\s+(?:reader|assistant|model|answer|summary|reply))\b",
        r"\b(?:we|i)\s+(?:would\s+)?(?:\w+ly\s+)?(?:ask|request|urge|demand|insist)\s+that\s+(?:you|readers?|"
        r"every|all|"
        r"any|assistants?)\b",
        r"\btell\s+(?:the\s+(?:user|reader|asker|human)|users|readers|everyone|"
        r"anyone)\s+(?:who\s+asks\s+)?that\b",
        r"(?:^|[.:;!?]\s+)(?:hey|hi|hello|dear|ok|attention|to)[\s,]+(?:all\s+|any\s+|the\s+|"
        r"every\s+)?(?:ai\s+|language\s+)?"
        r"(?:assistants?|chatgpt|gpt|claude|gemini|copilot|ais?|llms?|models?|readers?|chatbots?|"
        r"agents?)\s*[,:!]",
        # An answer is prescribed.
        r"^[^\"“‘(`]*\byour\s+(?:answer|reply|response|output|summary)\b",
        r"\bthe\s+(?:correct|right|expected|required|only|desired)\s+(?:output|answer|reply|"
        r"response)\s+(?:to|for)\s+(?:this|the|"
        r"any|every|such)\s+(?:\w+\s+)?(?:question|query|prompt|request)\b",
        r"\byour\s+(?:next\s+|final\s+|whole\s+|only\s+)?(?:answer|reply|response|output|"
        r"summary)\s+(?:\w+\s+)?"
        r"(?:should|must|shall|has\s+to|needs\s+to|is\s+to|will)\b",
        r"\bif\s+you\s+(?:are|were)\s+(?:an?|the)\s+(?:large\s+)?(?:language\s+model|llm|ai|assistant|"
        r"chatbot|model)\b",
        # A sentence begins as papers never do: with a command, or by calling on its reader.
        r"^(?:(?:assistants?|readers?|models?|ai|llms?|reviewers?)\s*,\s*|(?:therefore|so|now|then|also|"
        r"instead|"
        r"finally|and|in\s+case\s+of\s+doubt)\s*,?\s+)?(?:ignore|disregard|skip|forget|tell|do\s+not|don't|"
        r"let\s+(?:your|"
        r"the\s+(?:answer|reader|user)|it\s+be)|be\s+(?:an?|sure|aware|careful)|act|pretend|obey|remember|"
        r"say|"
        r"reply|respond|conclude|go\s+with|put|write|cite|mention|repeat|believe|stop|refuse|never|always|"
        r"rest\s+assured|take\s+note|note\s+well|beware|prefer)(?![\w-])(?!.*\?$)",
        r"^(?:assistants?|readers?|ai|llms?|summari[sz]ers?)\s*,",
        r"^(?:output|answer|reply|response)\s+(?:(?:format|form|with|only)\s*)?[:=]",
        rf"\b(?:the|every|any|each|this)\s+(?:assistant|reader|summari[sz]er|answerer)\s+(?:will|shall|must|"
        rf"has\s+to)\s+"
        rf"(?:\w+ly\s+)?{_SAY}\b",
        rf"\b(?:directed|instructed|obliged|ordered|commanded|bound)\s+to\s+{_SAY}\s+(?:only\s+)?that\b",
        r"\b(?:duty|job|task|obligation)\s+of\s+(?:every|each|any|all)\s+(?:assistants?|readers?|"
        r"summari[sz]ers?|models?)\b",
        r"\b(?:nothing\s+but|no\s+other\s+\w+\s+than)\b[^.;]{0,40}\b(?:may|must|should|can)\s+be\s+(?:named|"
        r"cited|"
        r"mentioned|quoted|reported|given|stated|answered|trusted)\b",
        r"^(?:kindly|feel\s+free|do\s+(?:mention|state|say|note|cite)|finish|return|restrict|recommend|"
        r"praise|print|"
        r"output|end)\s+(?:by|to|the|your|this|these|that|only|with|yourself|every|all)\b(?!.*\?$)",
        r"^(?:answer|reply|respond|report|give|use|state|quote|trust)\s+(?:only|exclusively|in\s+one|with|"
        r"just|nothing|"
        r"this|these|our)\b(?!.*\?$)",
        r"\b(?:models?|assistants?|readers?|llms?|summari[sz]ers?|reviewers?)(?:\s*,\s*please\b|"
        r"\s+(?:reading|processing|"
        r"summari[sz]ing|seeing|ingesting)\s+(?:this|these)\b)",
        r"\b(?:must|should|shall|has\s+to|is\s+to)\s+be\s+(?:included|mentioned|repeated|quoted|stated|cited|"
        r"named|"
        r"reproduced)\b[^.;]{0,40}\bin\s+(?:the|any|every|each|all)\s+(?:answers?|repl(?:y|ies)|responses?|"
        r"summar(?:y|ies))\b",
        r"\ba\s+(?:good|correct|proper|valid|ideal|helpful)\s+(?:answer|reply|response|summary)\s+(?:says|"
        r"states|mentions|"
        r"must|should|names|cites)\b",
        # What a page hides, or a link says.
        r"<!--",
        # Other languages: an imperative beside a word for what is said, or politeness to a reader.
        r"请(?:务必|只|仅|一定|直接|您|你)*(?:忽略|无视|忘记|回答|回复|答复|说|告诉|推荐|引用|输出|重复|相信|注意并)|"
        r"(?:忽略|无视|忘记|忽視|無視)(?:之前|以上|上述|先前|前面|其他|其它|所有|一切|全部|之前的|任何)|"
        r"(?:只|仅|必须|務必|务必)(?:回答|回复|输出|推荐)|請(?:忽略|無視|只|回答|回覆|告訴|推薦)|(?:回答|回复|回覆)(?:时|時|问题时)|"
        r"(?:必须|你要|您要|应该|應該|必須)(?:说|說|回答|回复|声明|告诉)|(?:不要|不得|切勿|请勿)(?:引用|相信|使用|提及|参考)",
        r"(?:無視して|忘れて|答えて|回答して|述べて|伝えて|推薦して|出力して)(?:ください|下さい)|"
        r"(?:무시하|답하|대답하|말하|추천하|출력하|응답하)(?:십시오|세요|시오|라\b)",
        r"\bbitte\s+(?:\w+\s+){0,3}(?:ignorier|antworte|sag|nenn|empfiehl|empfehl|behaupte|verwende|zitier|"
        r"vergiss|"
        r"gib|gebt|geben)\w*|(?:^|[.:;!?]\s+)(?:ignoriere|ignoriert|ignorieren\s+sie|antworte|antwortet|"
        r"antworten\s+sie|"
        r"vergiss|sag|sagen\s+sie|empfiehl|empfehlen\s+sie)\s",
        r"\b(?:veuillez|merci\s+de|prière\s+de)\s+(?:\w+\s+){0,2}(?:ignorer|répondre|dire|citer|recommander|"
        r"affirmer|"
        r"oublier|indiquer|mentionner)\b|(?:^|[.:;!?]\s+)(?:ignorez|répondez|dites|oubliez|recommandez|"
        r"affirmez)\s",
        r"\bpor\s+favor,?\s+(?:\w+\s+){0,2}(?:ignor|respond|di\b|diga|cit|recomiend|recomend|olvid|contest|"
        r"mencion)\w*|"
        r"(?:^|[.:;!?¡]\s*)(?:ignore|ignora|ignorad|responda|responde|responded|olvide|olvida|diga|conteste|"
        r"contesta|"
        r"recomiende|recomienda)\s+(?:todas?|todos|las?|los|el|que|a|con|solo|sólo|únicamente|otras?|"
        r"otros)\b",
        r"\bper\s+favore,?\s+\w+|(?:^|[.:;!?]\s+)(?:ignorate|ignora|rispondi|rispondete|dite)\s+(?:tutt[ieo]|"
        r"le|gli|che|"
        r"solo|a|con)\b|(?:^|[.:;!?]\s+)(?:ignore|responda|esqueça|diga)\s+(?:todas?|todos|as|os|que|apenas|"
        r"com)\b",
        r"пожалуйста|(?:^|[.:;!?]\s+)(?:игнорируй(?:те)?|ответь(?:те)?|отвечай(?:те)?|забудь(?:те)?|"
        r"скажи(?:те)?|"
        r"рекомендуй(?:те)?)\s",
        r"^(?:geben|nennen|sagen|schreiben|antworten|zitieren|verwenden)\s+sie\b|^(?:ne\s+)?(?:citez|"
        r"utilisez|dites|"
        r"indiquez|mentionnez)\b|^(?:cita|citen|usa|usen|menciona|mencionen)\s+(?:solo|sólo|solamente|"
        r"únicamente|este|esta)\b",
        r"\bhiermit\s+(?:wirst\s+du|werden\s+sie)\b|\bn'utilisez\b|以本(?:文|摘要)为准",
        r"\bsi\s+prega\s+di\b|\b(?:você|vocês)\s+dev\w+\s+(?:responder|dizer|ignorar)|\b(?:debes?|debéis|"
        r"deben)\s+(?:responder|"
        r"decir|ignorar|contestar)\b|\b(?:vous\s+devez|tu\s+dois)\s+(?:répondre|dire|ignorer)|"
        r"\b(?:sie\s+müssen|du\s+musst)\s+"
        r"(?:\w+\s+){0,6}(?:antworten|sagen|ignorieren)|\b(?:devi|dovete|deve)\s+(?:rispondere|dire|"
        r"ignorare)|"
        r"(?:вы\s+должны|ты\s+должен)\s+(?:ответить|сказать|игнорировать)",
        r"(?:تجاهل|أجب|قل)\s+(?:جميع|كل|أن|بأن|فقط)",
    )
)
_CUT = re.compile(
    r"\[(?=[^\]]{1,200}\]\()|[:;.!?—–][\s\"”)\]]*\s|\s[–—-]\s|,\s+(?=(?:you|please|ignore|disregard|forget|"
    r"always|never|say|"
    r"do not|instead|answer|respond|reply|recommend|tell|when|if)\b)|[\n|*#>]+",
    re.IGNORECASE,
)
_OPENERS = " \t\"'“‘([{*_-–—#>•"
_MAX_CHARS = 4_000
_MAX_PIECES = 64


_ADDRESSED = re.compile(r"^[^\"“‘(`]*\b(?:you|yours|yourself)\b(?!.*\?$)", re.IGNORECASE)


def addresses_reader(sentence: str) -> bool:
    """Whether a sentence speaks to "you", as abstracts do in quotation marks and questions alone."""
    return _ADDRESSED.search(normalized(sentence)) is not None


def is_instruction(sentence: str) -> bool:
    """Whether a sentence orders its reader, a person or a model, to do or say something.

    Most orders count where a sentence or a part of it begins with them: abstracts on attacks report
    orders ("prompts such as 'ignore previous instructions'") without giving them. Patterns for
    courteous requests, prescribed answers and some other languages count anywhere. Reads at most
    4,000 characters.
    """
    text = normalized(sentence)
    if any(pattern.search(text) for pattern in _ANYWHERE):
        return True
    starts = [0, *(match.end() for match in _CUT.finditer(text))][:_MAX_PIECES]
    return any(_orders(text, start) for start in starts)


def normalized(sentence: str) -> str:
    """The first 4,000 characters without invisible ones, in compatible forms, with straight apostrophes."""
    shown = sentence[:_MAX_CHARS]
    if not shown.isascii():
        shown = "".join(c for c in shown if not is_invisible(c))
    return unicodedata.normalize("NFKC", shown)[:_MAX_CHARS].replace("’", "'")


def _orders(text: str, start: int) -> bool:
    while start < len(text) and text[start] in _OPENERS:
        if text[start] in "\"'“‘" and start and text[:start].strip(_OPENERS):
            return False  # a quotation in a sentence only reports an order
        start += 1
    piece = text[start : start + 400]
    return any(pattern.match(piece) for pattern in _ORDERS)
