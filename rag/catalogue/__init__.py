"""Questions about the library itself: answered from its list of papers, without reading an abstract."""
