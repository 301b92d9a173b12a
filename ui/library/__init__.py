"""The library's room: map, table, and a page for each paper."""
