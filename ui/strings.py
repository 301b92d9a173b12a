"""All English text of the page, in one place."""

from __future__ import annotations

from footnote.rag.answer import CLOSEST, REFUSAL, ClaimVerdict, DropVerdict
from footnote.rag.events import StepName
from footnote.rag.export.claim_table import Stance

TITLE = "Footnote"
TAGLINE = (
    "Answers from a library of paper abstracts. Every sentence has a footnote to the words it is based on."
)

MODE_EXTRACTIVE = "Quotes only, no model"
MODE_LLM = "Model: {model}"
MODEL_UNNAMED = "unnamed"
LIBRARY_SIZE = "{papers} papers"
LIBRARY_UNREADABLE = "library can’t be read"

ASK_LABEL = "Your question"
ASK_PLACEHOLDER = "Ask the library…"
SEND = "Ask"
STOP = "Stop"
NEW_CHAT = "New chat"
CHAT_LABEL = "Questions and answers"
WELCOME = "Ask a question about the papers, or try one of these."
EXAMPLES = (
    "What are Adaptive Chameleons?",
    "How does URIAL align a base model without tuning?",
    "Can a model learn from textual feedback?",
    "What cures for position bias in LLM judges have been tried?",
    "What is the usual adult dose of ibuprofen for a headache?",
)

HOST_NOT_ALLOWED = (
    "this server isn't known by that host name: name it in FOOTNOTE_ALLOWED_HOSTS, or use its address"
)
ORIGIN_NOT_ALLOWED = "pages of other sites may not use this server"
WRONG_REQUEST = "the request has a form that this server doesn't take"
NOT_OFFERED = "there is nothing here: see docs/interfaces.md"
OPEN_TO_STRANGERS = (
    "serving on {host} without a login lets everybody on the network ask: set FOOTNOTE_USERS to a users file "
    "(`footnote users add NAME` makes it), or FOOTNOTE_TRUST_HEADER to the header in which a proxy names its "
    "user, or add --open if that is wanted"
)
SIGN_IN = "Sign in"
SIGN_OUT = "Sign out"
USER_NAME = "Name"
PASSWORD = "Password"
ACCOUNT = "Account"
SIGNED_IN = "You are signed in as {name}."
TO_THE_PAGE = "Ask the library"
LOGIN_NEEDED = "sign in at /login, or send a name and password: see docs/security.md"
LOGIN_WRONG = "The name or the password is wrong."
LOGIN_TOO_OFTEN = "Too many wrong passwords. Try again in {seconds} seconds."
LOGIN_BROKEN = "nobody can sign in now; the server's log says why"
UPLOADS_NOT_ALLOWED = "You may not add papers to this library, or remove them. Ask a curator to do it."
TOO_MANY_QUESTIONS = "You have asked many questions in one minute. Ask again in {seconds} seconds."
READY = "Footnote is at {url}"
READY_MOVED = "Port {wanted} is taken: Footnote is at {url}"

STEPS: dict[StepName, str] = {
    "condense": "Read the question",
    "retrieve": "Search the library",
    "confidence": "Estimate the confidence",
    "compose": "Write the answer",
    "verify": "Check the answer",
}
STEPS_RUNNING = "{step}…"
STEPS_WAITING = "Waiting…"
STEPS_DONE = "Answered in {seconds}"
STEPS_SEARCHED = "Searched in {seconds}"
STEPS_BROKEN = "Stopped after {seconds}"

READ_AS = "Searched for"
REFUSED = REFUSAL
PARTIAL = "This answer is incomplete."
CLOSEST_PASSAGES = CLOSEST
BELOW_OWN = "Not answered, because of your settings: "
BELOW_OWN_BY = (
    "the confidence of {confidence} % is below the {threshold} % that you set under “How to answer”."
)
NEAREST = "The nearest papers"
NO_NEAREST = "No similar paper was found."
NEAREST_PANEL = "Nothing is quoted. These are the nearest papers."
QUOTES_SHOWN = ("1 quote from the abstracts", "{count} quotes from the abstracts")
QUOTES_SHOWN_TIP = "Each quote is the abstract’s own words, character by character."
CHECKED = {
    "verified": "verified by {judge}",
    "checked": "checked: numbers and names agree; the meaning was not judged",
    "not_checked": "not checked: a language that the rules can’t read",
}
CHECKED_TIPS = {
    "verified": "The numbers and names agree with the sentences cited, and {judge} read them and found that "
    "the sentence follows. It can be wrong.",
    "checked": "Rules found no clash with the sentences cited. Nobody judged whether they say the same.",
    "not_checked": "The rules can’t read this language, and no model judged the sentence.",
}
CHECKED_OF = "{count} of {all} sentences {words}"
CONFIDENCE = "confidence {percent} %"
CONFIDENCE_TIP = (
    "The estimated probability that the library answers this question, from the search results alone."
)
COMPOSED_BY = "written by {model}"
QUOTED_ONLY = "quotes only"
STOPPED = "Stopped here. The sentences above were checked; the rest is missing."
STOPPED_EMPTY = "Stopped before there was anything to show."
FAILED = (
    "Something went wrong on the server, so this question has no answer. The server’s log has the details."
)
NO_ANSWER = "The answer was interrupted. Ask again."

SOURCES = "Sources"
SOURCES_EMPTY = (
    "The abstracts that an answer quotes are shown here, with the quotes marked. "
    "Click a number such as [1] in an answer to see the quote in its abstract."
)
QUESTION_NUMBER = "Question {number}"
BACK = "Back to the answer"
RETRACTED = "Retracted"
OWN_ADDRESS = "web page"
FIND_ON_ARXIV = "find on arXiv"

READER = "How to answer"
LEVEL = "Level"
LEVELS = {"default": "Same as the question", "newcomer": "For beginners", "expert": "For experts"}
LENGTH = "Length"
LENGTHS = {"default": "As needed", "short": "Short", "long": "Detailed"}
LANGUAGE = "Language"
LANGUAGE_PLACEHOLDER = "Same as the question"
INSTRUCTIONS = "Other instructions"
INSTRUCTIONS_PLACEHOLDER = "For example: numbers first"

# Removing papers
REMOVE_THIS = "Remove from the library"
REMOVE_UNDO = "Undo"

MAP = "Map of the papers"
MAP_HELP = (
    "Each point is a paper; papers on similar topics are close together. Click or tap a point, or drag to "
    "select several. With the keyboard, the arrow keys move, Enter selects, Space adds and Escape clears."
)
MAP_NONE = "There is no map yet: it is drawn when papers are added."
MAP_THINNED = "{shown} of {all} papers are shown: where there are many, some are left out."
MAP_HIGHLIGHTED = "{count} cited in this conversation"
MAP_POINT = "{title} · {date}"
MAP_UNNAMED = "Others"
MAP_CLUSTER_TIP = "Select the papers of this group: {name}"
CHOSEN_NONE = "No paper is selected."
CHOSEN_ONE = "1 paper is selected"
CHOSEN = "{count} papers are selected"
CHOSEN_MORE = "and {count} more"
CLEAR = "Clear selection"
ASK_THESE = "Ask about these"
ASK_THIS = "Ask about this paper"
PAPERS_SEARCH = "Search the papers"
PAPERS_SEARCH_PLACEHOLDER = "Words, a part of a title, an author, a venue, an arXiv number…"
PAPERS_COUNT = "{first} to {last} of {all}"
PAPERS_FOUND = "{first} to {last} of {all} found"
PAPERS_MOST_FOUND = "{first} to {last} of the best {all} found"
PAPERS_NOT_FOUND = "No paper has these words, or an author or a venue of this name."
PAPERS_LIKE = "Did you mean {names}?"
OR = " or "
PAPERS_NONE = "The library is empty."
COLUMNS = {"title": "Title", "date": "Date", "pages": "Listed in", "cited": "Cited in your chats"}
SORT_TIP = "Sort by: {column}"
CHOOSE_PAPER = "Select {title}"
CHOOSE_LISTED = "Select the papers listed here"
PREVIOUS = "Previous"
NEXT = "Next"
NO_DATE = "no date"
TIMES = "{count} times"
MORE_PAGES = "{page} and {count} more"
PAPER = "Paper"
PAPER_NONE = "Select a paper, on the map or in the table, to read its abstract here."
PAPER_GONE = "This paper is no longer in the library."
PAPER_NEAREST = "Nearest papers"
AUTHORS_MORE = "and {count} more"
PAPER_TYPES = {
    "article-journal": "Journal article", "article": "Preprint", "paper-conference": "Conference paper",
    "chapter": "Book chapter", "book": "Book", "report": "Report", "thesis": "Thesis", "dataset": "Data set",
    "review": "Review", "software": "Software", "webpage": "Web page",
}  # fmt: skip

PAPERS_READ = "Papers read for an answer"
THRESHOLD = "Don’t answer below this confidence"
MODEL = "Model"

SCOPE = "Which papers"
SINCE = "From"
UNTIL = "Until"
DATE_PLACEHOLDER = "2023 or 2023-05"
PAGES = "Listed on these pages"
ONLY_PAPERS = "Only these papers"
AUTHORS = "Authors"
AUTHORS_PLACEHOLDER = "Köhler; Bo Li"
VENUES = "Journals or conferences"
VENUES_PLACEHOLDER = "Nature; NeurIPS"
SCOPED_TO = "Searching only:"
SCOPED_MANY = ("1 selected paper", "{count} selected papers")
SCOPE_CLEAR = "× All papers"
SCOPE_NO_DATE = "“{field}”: {value} is not a date. Write a year or a month, such as 2023 or 2023-05."
SCOPE_ORDER = "“Until” is before “From”, so no paper can match."
SCOPE_BROKEN = "“{field}” can’t be used: {problem}."
SCOPE_GONE = (
    "1 of the selected papers is no longer in the library.",
    "{count} of the selected papers are no longer in the library.",
)
SCOPE_LEFT = ("Only the other one was searched.", "Only the other {count} were searched.")
SCOPE_ALL_GONE = (
    "None of the selected papers is in the library any more, so the question wasn’t asked. "
    "Send it again to ask it without them."
)

ASK_AGAIN = "Ask again"
EDIT_QUESTION = "Edit"
ASK_EMPTY = "Write a question first."
ASK_AGAIN_EMPTY = "There is no question to ask again yet."
NOT_SAVED = "This question and its answer couldn’t be saved: they will be lost when you leave the page."

FEEDBACK = "Feedback"
FEEDBACK_TURN = "Answer to"
FEEDBACK_KIND = "Your feedback"
FEEDBACK_KINDS = {
    "up": "Helpful",
    "down": "Not helpful",
    "wrong_source": "Wrong source",
    "missing_paper": "A paper is missing",
    "comment": "Comment",
}
FEEDBACK_FOOTNOTE = "Footnote"
FEEDBACK_WHOLE = "The whole answer"
FEEDBACK_WORDS = "In your words"
FEEDBACK_SEND = "Send"
FEEDBACK_NOTHING = "There is no saved answer to give feedback on."
FEEDBACK_WHICH_SOURCE = f"Select the one with the wrong source under “{FEEDBACK_FOOTNOTE}”."
FEEDBACK_NO_SOURCE = "This answer has no footnotes, so it has no sources."
FEEDBACK_WHICH_PAPER = f"Write which paper is missing under “{FEEDBACK_WORDS}”."
FEEDBACK_NO_WORDS = f"Write your comment under “{FEEDBACK_WORDS}”."
FEEDBACK_SAVED = "Saved: “{kind}” for question {number}. Feedback in this conversation: {count}."
FEEDBACK_WITHDRAWN = "Feedback withdrawn."

CONVERSATIONS = "Conversations"
CONVERSATIONS_SEARCH = "Search conversations"
CONVERSATION_ONE = "1 question"
CONVERSATION_MANY = "{count} questions"
CONVERSATION_SHARED = "shared"
CONVERSATION_THIS = "This conversation"
CONVERSATION_TITLE = "Title"
CONVERSATION_RENAME = "Rename"
CONVERSATION_RENAMED = "Renamed."
CONVERSATION_DELETE = "Delete"
CONVERSATION_DELETED = "Deleted. “Undo” restores it within 30 days."
CONVERSATION_GONE = "The conversation was deleted in the meantime, so this question starts a new one."
CONVERSATION_RESTORE = "Undo"
CONVERSATION_NOTHING_DELETED = "There is nothing to restore."
CONVERSATION_RESTORED = "Restored."
CONVERSATION_SHARE = "Create a link that anyone can open"
CONVERSATION_SHARED_NOW = "Anyone with this link can read the questions and answers so far."
CONVERSATION_UNSHARE = "Disable the link"
CONVERSATION_UNSHARED = "The link no longer works."
CONVERSATION_LINK = "Link"

# Export, and the table of claims and papers
EXPORT_WHOLE = "The whole conversation:"
CITE = "Cite"
MORE = "More"
EXPORT_KINDS = {
    "md": "Markdown", "txt": "Text", "bib": "BibTeX", "ris": "RIS", "csl": "CSL-JSON", "json": "JSON",
    "csv": "CSV",
}  # fmt: skip
EXPORT_TIPS = {
    "md": "Download with footnotes, as Markdown",
    "txt": "Download with footnotes, as plain text",
    "bib": "Download the papers cited, as BibTeX",
    "ris": "Download the papers cited, as RIS for reference managers",
    "csl": "Download the papers cited, as CSL-JSON for Zotero and pandoc",
    "json": "Download all data, for programs",
    "csv": "Download the table of claims and papers, for spreadsheets",
}
COPY = "Copy"
COPY_TIP = "Copy with citations"
COPIED = "Copied, with citations."
COPY_FAILED = "The browser didn’t allow the page to copy this."
COPY_AGAIN = "Copy now"
SAVED = "Saved as {name}."
EXPORT_EMPTY = "There is no answer to export yet."
EXPORT_UNCITED = "Nothing is cited here, so there is no {kind}: choose Markdown, text or JSON."
EXPORT_TOO_LARGE = "This is more than {most}: export single answers instead."
EXPORT_BROKEN = "The export failed. Reload the page and try again."
CLAIMS_TITLE = "Claims and papers"
CLAIMS_SIZE = "{claims} claims, {papers} papers"
CLAIM = "Claim"
CLAIMS_TOO_MANY = "This table is too large for the page: export it as CSV."
STANDS: dict[Stance, str] = {
    "supports": "supports", "supports in part": "supports in part", "contradicts": "contradicts",
    "silent": "not cited",
}  # fmt: skip
STAND_TIPS: dict[Stance, str] = {
    "supports": "At least one quote of this paper supports the claim by itself.",
    "supports in part": "The claim is supported by all its quotes together, not by this paper’s alone.",
    "contradicts": "These quotes contradict the claim.",
    "silent": "The claim doesn’t cite this paper.",
}
VERDICTS: dict[ClaimVerdict | DropVerdict, str] = {
    "quoted": "quoted",
    "checked": "checked",
    "verified": "verified",
    "not_checked": "not checked",
    "refused": "refused by a check",
    "unsupported": "doesn’t follow, by the judge",
    "uncited": "cites nothing that was shown",
}
ALONE = "not by itself"
JUDGED_BY = "verified by {judge}"
DROPPED = (
    "{count} sentence of the model was left out: its sources don’t support it",
    "{count} sentences of the model were left out: their sources don’t support them",
)

TAB_ASK = "Ask"
TAB_LIBRARY = "Library"
TAB_ADD = "Add papers"
SHARED_NOTE = "A shared conversation with Footnote (read only)."
SHARED_GONE = "This link doesn’t work: it never existed, or its owner has disabled it."
SHARED_BROKEN = "The conversation can’t be read at the moment."
SCOPED = "Searched only"
ASK_ABOUT = "Ask about this paper"
