"""Every English phrase of the page, in one place."""

from __future__ import annotations

from footnote.rag.answer import REFUSAL, Verdict
from footnote.rag.events import StepName
from footnote.rag.export.claim_table import Stance

TITLE = "Footnote"
TAGLINE = "Answers from a library of paper abstracts, each sentence footnoted to the words that support it."

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
WELCOME = "Ask what the papers say, or begin with one of these."
EXAMPLES = (
    "What are Adaptive Chameleons?",
    "How does URIAL align a base model without tuning?",
    "How much data does learning from textual feedback need?",
    "What cures for position bias in LLM judges have been tried?",
    "What is the usual adult dose of ibuprofen for a headache?",
)

READY = "Footnote is at {url}"
READY_MOVED = "Port {wanted} is taken: Footnote is at {url}"

STEPS: dict[StepName, str] = {
    "condense": "Read the question",
    "retrieve": "Search the library",
    "confidence": "Judge the match",
    "compose": "Compose",
    "verify": "Verify",
}
STEPS_RUNNING = "{step}…"
STEPS_WAITING = "Waiting…"
STEPS_DONE = "Searched, composed and verified in {seconds}"
STEPS_DECLINED = "Searched in {seconds}"
STEPS_BROKEN = "Broken off after {seconds}"

READ_AS = "Searched for"
REFUSED = REFUSAL
PARTIAL = "This answer is partial."
BELOW_OWN = "Not answered, because you asked for more certainty: "
BELOW_OWN_BY = (
    "its confidence of {confidence} % is below the {threshold} % that you set under “How to answer”."
)
NEAREST = "The nearest papers"
NO_NEAREST = "No paper comes close."
NEAREST_PANEL = "Nothing is quoted. These papers came closest."
VERIFIED = "{good} of {all} quotes verified"
VERIFIED_TIP = "Each quote was compared, character by character, with the abstract that it is taken from."
CONFIDENCE = "confidence {percent} %"
CONFIDENCE_TIP = "Estimated from the search alone: how probably the library answers this question."
COMPOSED_BY = "composed by {model}"
QUOTED_ONLY = "quotes only"
STOPPED = "Stopped here. What stands above was verified; the rest is missing."
STOPPED_EMPTY = "Stopped before there was anything to show."
FAILED = "Something went wrong on the server, and this question has no answer. Its log says what it was."
NO_ANSWER = "The answer broke off. Ask again."

SOURCES = "Sources"
SOURCES_EMPTY = (
    "The abstracts that an answer quotes will stand here, with the quoted words marked. "
    "Choose a number such as [1] in an answer to see its words in place."
)
QUESTION_NUMBER = "Question {number}"
BACK = "Back to the answer"
SEEN_IN = "seen in {pages}"

READER = "How to answer"
LEVEL = "Level"
LEVELS = {"default": "As the question", "newcomer": "For a newcomer", "expert": "For an expert"}
LENGTH = "Length"
LENGTHS = {"default": "As needed", "short": "Short", "long": "Detailed"}
LANGUAGE = "Language"
LANGUAGE_PLACEHOLDER = "As the question"
INSTRUCTIONS = "Standing wishes"
INSTRUCTIONS_PLACEHOLDER = "Numbers first"

# Adding papers
ADD_TITLE = "Add papers"
ADD_INTRO = (
    "Drop saved Daily Papers pages (.txt or .md) or papers as JSON lines (.jsonl, each with a title and an "
    "abstract): up to {most} files of {size} MB each. Everybody who uses this library will find them."
)
ADD_FILES = "Files of papers"
ADD_WAITING = "waits"
ADD_READING = "is being read…"
ADD_INDEXING = "Indexing: {done} of {all} papers…"
ADD_DONE_NEW = "Done: {new}. They can be asked about at once."
ADD_DONE_KNOWN = "Done. The library has all of these papers already."
ADD_DONE_NONE = "Nothing was added."
ADD_NEW = "{count} new"
ADD_NEW_PAPERS = ("{count} new paper", "{count} new papers")
ADD_BACK = "{count} brought back"
ADD_BACK_TIP = "Removed earlier, and back now that they were added again."
ADD_MERGED = "{count} known already"
ADD_MERGED_TIP = "The library has these papers; this file is now among the places where they were seen."
ADD_REFUSED = "{count} refused"
ADD_REFUSED_FILE = "not read"
ADD_REFUSED_LINE = "Line {line}"
ADD_REFUSED_MORE = "and {count} more"
ADD_TOO_MANY = "more than {most} files at once: drop it by itself"
ADD_TOO_LARGE = (
    "the file has more than {most} bytes, which are not read here: split it, or use `footnote ingest`"
)
ADD_GONE = "its upload is gone, perhaps because somebody added the same file just now: drop it once more"
ADD_WAITS = "Somebody else is adding papers at the moment; these are next."
ADD_BUSY = (
    "Somebody else has been adding papers for ten minutes, so nothing was done. Drop the files again later."
)
ADD_BROKEN = (
    "Something went wrong on the server while the papers were added; its log says what it was. What was "
    "read is kept: the next addition, or `footnote ingest`, finishes it."
)
ADD_ASK = ("Ask about this paper", "Ask about these {count} papers")
ADD_ASK_NONE = "Ask about these"
ADDED_LIST = "Added by you"
ADDED_LIST_CUT = "Added by you: the latest {shown} of {count}"
REMOVE_CHOSEN = "Remove chosen"
REMOVE_ALL = "Remove all {count}"
REMOVE_THIS = "Remove from the library"
REMOVE_UNDO = "Undo"
REMOVED_ONE = "Removed “{title}”."
REMOVED_MANY = "Removed {count} papers."
RESTORED_ONE = "“{title}” is back."
RESTORED_MANY = "{count} papers are back."
REMOVE_NOTHING = "Choose at least one paper first."
REMOVE_BUSY = "Somebody is adding papers at the moment, so nothing was changed. Try again in a minute."
REMOVE_BROKEN = "Something went wrong on the server, and its log says what it was. Try again."

MAP = "Map of the papers"
MAP_HELP = (
    "Each point is a paper, and papers about the same lie side by side. Click or tap a point, or drag "
    "around several; with the keyboard, arrows move, Enter chooses, Space adds and Escape clears."
)
MAP_NONE = "There is no map yet: it is drawn when papers have been added."
MAP_THINNED = "{shown} of {all} papers are drawn: where many lie together, some are left out."
MAP_LIT = "{count} cited in this conversation"
MAP_POINT = "{title} · {date}"
MAP_UNNAMED = "Others"
MAP_CLUSTER_TIP = "Choose the papers drawn here: {name}"
CHOSEN_NONE = "No paper is chosen."
CHOSEN_ONE = "1 paper is chosen"
CHOSEN = "{count} papers are chosen"
CHOSEN_MORE = "and {count} more"
CLEAR = "Clear"
ASK_THESE = "Ask about these"
ASK_THIS = "Ask about this paper"
PAPERS_SEARCH = "Search the papers"
PAPERS_SEARCH_PLACEHOLDER = "Words, a part of a title, an arXiv number…"
PAPERS_COUNT = "{first} to {last} of {all}"
PAPERS_FOUND = "{first} to {last} of {all} found"
PAPERS_MOST_FOUND = "{first} to {last} of the best {all} found"
PAPERS_NOT_FOUND = "No paper has these words."
PAPERS_NONE = "The library is empty."
COLUMNS = {"title": "Title", "date": "Date", "pages": "Seen in", "cited": "Cited in your chats"}
SORT_TIP = "Sort by: {column}"
CHOOSE_PAPER = "Choose {title}"
CHOOSE_LISTED = "Choose the papers listed here"
PREVIOUS = "Previous"
NEXT = "Next"
NO_DATE = "no date"
TIMES = "{count} times"
MORE_PAGES = "{page} and {count} more"
PAPER = "Paper"
PAPER_NONE = "Choose a paper, on the map or in the table, to read its abstract here."
PAPER_GONE = "This paper is no longer in the library."
PAPER_NEAREST = "Nearest papers"
AUTHORS_MORE = "and {count} more"

PAPERS_READ = "Papers read for an answer"
THRESHOLD = "Decline below this confidence"
MODEL = "Model"

SCOPE = "Which papers"
SINCE = "From"
UNTIL = "Until"
DATE_PLACEHOLDER = "2023 or 2023-05"
PAGES = "Listed on these pages"
ONLY_PAPERS = "Only these papers"
SCOPED_TO = "Asking only:"
SCOPED_MANY = ("1 chosen paper", "{count} chosen papers")
SCOPE_CLEAR = "× All papers"
SCOPE_NO_DATE = "“{field}” can’t be read: {value} is no date. Write a year or a month, as in 2023 or 2023-05."
SCOPE_ORDER = "“Until” is before “From”, so no paper can fit."
SCOPE_BROKEN = "“{field}” can’t be used: {problem}."
SCOPE_GONE = (
    "1 of the chosen papers isn’t in the library any more.",
    "{count} of the chosen papers aren’t in the library any more.",
)
SCOPE_LEFT = ("The question was asked of the other one.", "The question was asked of the other {count}.")
SCOPE_ALL_GONE = (
    "None of the chosen papers is in the library any more, so the question wasn’t asked. "
    "Send it again to ask what is left of the scope."
)

ASK_AGAIN = "Ask again"
EDIT_QUESTION = "Edit"
ASK_EMPTY = "Write a question first."
ASK_AGAIN_EMPTY = "There is no question to ask again yet."
NOT_KEPT = "This turn couldn’t be stored: it will be gone when you leave the page."

OPINION = "Feedback"
OPINION_TURN = "Which answer"
OPINION_KIND = "What of it"
OPINIONS = {
    "up": "Helpful",
    "down": "Not helpful",
    "wrong_source": "Wrong source",
    "missing_paper": "A paper is missing",
    "comment": "Comment",
}
OPINION_FOOTNOTE = "Footnote"
OPINION_WHOLE = "The whole answer"
OPINION_WORDS = "In your words"
OPINION_SEND = "Send"
OPINION_NOTHING = "There is no stored answer to say this of."
OPINION_WHICH_SOURCE = f"Choose under “{OPINION_FOOTNOTE}” the one whose source is wrong."
OPINION_NO_SOURCE = "This answer has no footnote, so no source of it can be wrong."
OPINION_WHICH_PAPER = f"Write under “{OPINION_WORDS}” which paper is missing."
OPINION_NO_WORDS = f"Write your comment under “{OPINION_WORDS}”."
OPINION_KEPT = "Kept: “{opinion}” of question {number}. Remarks in this conversation: {count}."
OPINION_WITHDRAWN = "Taken back."

TALKS = "Conversations"
TALKS_SEARCH = "Search conversations"
TALK_ONE = "1 question"
TALK_MANY = "{count} questions"
TALK_SHARED = "shared"
TALK_THIS = "This conversation"
TALK_TITLE = "Title"
TALK_RENAME = "Rename"
TALK_RENAMED = "Renamed."
TALK_DELETE = "Delete"
TALK_DELETED = "Deleted. “Undo” brings it back, for 30 days."
TALK_GONE = "The conversation was deleted meanwhile, so a new one begins with this question."
TALK_RESTORE = "Undo"
TALK_NOTHING_DELETED = "There is nothing to bring back."
TALK_RESTORED = "Back again."
TALK_SHARE = "Make a link that anybody can read"
TALK_SHARED_NOW = "Whoever has this link can read the questions and answers so far."
TALK_UNSHARE = "End the link"
TALK_UNSHARED = "The link leads nowhere now."
TALK_LINK = "Link"

# Taking away, and claims against papers
TAKE_ANSWER = "Take this answer away:"
TAKE_WHOLE = "Take the conversation away:"
TAKE_KINDS = {"md": "Markdown", "txt": "Text", "bib": "BibTeX", "ris": "RIS", "json": "JSON", "csv": "CSV"}
TAKE_TIPS = {
    "md": "Download with footnotes, as Markdown",
    "txt": "Download with footnotes, as plain text",
    "bib": "Download the papers cited, as BibTeX",
    "ris": "Download the papers cited, as RIS for reference managers",
    "json": "Download everything, for programs",
    "csv": "Download the claims against the papers, for spreadsheets",
}
COPY = "Copy"
COPY_TIP = "Copy with citations"
COPIED = "Copied, with citations."
COPY_FAILED = "The browser didn’t let the page copy this by itself."
COPY_AGAIN = "Copy now"
SAVED = "Saved as {name}."
TAKE_EMPTY = "There is no answer to take away yet."
TAKE_UNCITED = "Nothing is cited here, so there is no {kind}: take Markdown, text or JSON."
TAKE_TOO_LARGE = "That is more than {most}: take single answers away."
TAKE_BROKEN = "That could not be taken away. Reload the page and try again."
CLAIMS_TITLE = "Claims × papers"
CLAIMS_SIZE = "{claims} claims against {papers} papers"
CLAIM = "Claim"
CLAIMS_TOO_MANY = "This table is too large for the page: take it away as CSV."
STANDS: dict[Stance, str] = {
    "supports": "supports",
    "supports in part": "supports in part",
    "contradicts": "contradicts",
    "silent": "silent",
}
STAND_TIPS: dict[Stance, str] = {
    "supports": "At least one quote of this paper supports the claim by itself.",
    "supports in part": "The claim is supported by all its quotes together, not by this paper’s alone.",
    "contradicts": "These words go against the claim.",
    "silent": "The claim cites nothing of this paper.",
}
VERDICTS: dict[Verdict, str] = {
    "supported": "supported",
    "weak": "weakly supported",
    "contradicted": "contradicted",
    "uncited": "without support",
}
ALONE = "alone: {verdict}"
DROPPED = (
    "{count} sentence of the model was left out: its sources don’t bear it out",
    "{count} sentences of the model were left out: their sources don’t bear them out",
)

ROOM_ASK = "Ask"
ROOM_LIBRARY = "Library"
ROOM_ADD = "Add papers"
SHARED_NOTE = "A shared conversation with Footnote, to read only."
SHARED_GONE = "This link leads nowhere: it never did, or whoever made it ended it."
SHARED_BROKEN = "The conversation can’t be read just now."
SCOPED = "Searched only"
ASK_ABOUT = "Ask about this paper"
