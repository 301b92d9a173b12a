"""The tab "Library": a map, a table, and a page for each paper."""
