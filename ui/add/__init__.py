"""The tab "Add papers": adding papers, and removing them again."""
