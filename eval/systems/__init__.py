"""Systems: whatever answers the questions of a run, Footnote or another."""
