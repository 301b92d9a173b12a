"""The words of the tab "Add papers"; those that it shares with the library are in `ui.strings`."""

from __future__ import annotations

ADD_TITLE = "Add papers"
ADD_INTRO = (
    "Drop files of papers, as Zotero, PubMed, Web of Science, Scopus, arXiv and others export them (BibTeX, "
    "RIS, CSV, XML, JSON lines, …): up to {most} files of {size} MB each. You see what they hold before "
    "anything is added. Everybody who uses this library can see the papers."
)
ADD_FILES = "Files with papers"
ADD_WAITING = "waiting"
ADD_READING = "reading…"
ADD_READING_RECORDS = "reading: {count} records…"
ADD_INDEXING = "Indexing: {done} of {all} papers…"
ADD_DONE_NEW = "Done: {new}. Ready for questions."
ADD_DONE_KNOWN = "Done. The library already has all of these papers."
ADD_DONE_NONE = "Nothing was added."
ADD_NEW = "{count} new"
ADD_NEW_PAPERS = ("{count} new paper", "{count} new papers")
ADD_BACK = "{count} restored"
ADD_BACK_TIP = "Removed earlier, and restored because they were added again."
ADD_MERGED = "{count} already in the library"
ADD_MERGED_TIP = "The library already has these papers."
ADD_CHANGED = "{count} changed"
ADD_CHANGED_TIP = "Papers of which these files say more than the library, or a newer abstract."
ADD_DIFFERING = "{count} differ"
ADD_DIFFERING_TIP = (
    "The library says something else of these papers. Somebody else added them, so they stay as they are."
)
ADD_TITLES = "{count} without an abstract left out"
ADD_WARNINGS = "left out: {fields}"
ADD_PREVIEW = "Nothing is added yet. These files hold:"
ADD_RECORDS = "Records"
ADD_WITH_ABSTRACT = "with an abstract"
ADD_FIELD_NEW = "New papers"
ADD_FIELD_BACK = "Restored"
ADD_FIELD_CHANGED = "Changed"
ADD_FIELD_KNOWN = "Already in the library"
ADD_FIELD_DIFFERING = "of these, the files say something else"
ADD_FIELD_REFUSED = "Refused"
ADD_FIELD_WARNINGS = "Fields left out"
ADD_FIRST_TITLES = "The first new papers"
ADD_CONFIRM = ("Add {count} paper", "Add {count} papers")
ADD_CONFIRM_CHANGES = "Apply the changes"
ADD_CANCEL = "Cancel"
ADD_CANCELLED = "Nothing was added."
UPLOAD_UNDO = "Undo the upload of {files}"
UPLOAD_FILES = "{first} and {more} more"
UPLOAD_UNDONE = "Undone: {files}."
ADD_REFUSED = "{count} refused"
ADD_REFUSED_FILE = "not read"
ADD_REFUSED_LINE = "Line {line}"
ADD_REFUSED_MORE = "and {count} more"
ADD_TOO_MANY = "more than {most} files at once: add this file separately"
ADD_TOO_LARGE = (
    "the file has more than {most} bytes, the limit of this page: split it, or use `footnote ingest`"
)
UPLOADS_AT_ONCE = "too many uploads are being received at once: send this one again in a moment"
UPLOADS_TOO_MANY = "you have uploaded very much: send this one again later"
UPLOADS_FULL = "the server has no room for more uploads now: send this one again later"
ADD_GONE = "the upload is gone, perhaps because somebody added the same file at the same time: add it again"
ADD_WAITS = "Somebody else is adding papers at the moment. Your files are next."
ADD_BUSY = (
    "Somebody else has been adding papers for ten minutes, so nothing was done. Add the files again later."
)
ADD_BROKEN = (
    "Something went wrong on the server while the papers were being added; its log has the details. What was "
    "read is kept: adding papers again, or `footnote ingest`, completes it."
)
ADD_ASK = ("Ask about this paper", "Ask about these {count} papers")
ADD_ASK_NONE = "Ask about these"
ADDED_LIST = "Added by you"
ADDED_LIST_CUT = "Added by you: the latest {shown} of {count}"
REMOVE_CHOSEN = "Remove selected"
REMOVE_ALL = "Remove all {count}"
REMOVED_ONE = "Removed “{title}”."
REMOVED_MANY = "Removed {count} papers."
RESTORED_ONE = "Restored “{title}”."
RESTORED_MANY = "Restored {count} papers."
REMOVE_NOTHING = "Select at least one paper first."
REMOVE_BUSY = "Somebody is adding papers at the moment, so nothing was changed. Try again in a minute."
REMOVE_BROKEN = "Something went wrong on the server; its log has the details. Try again."
