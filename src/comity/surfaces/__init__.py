"""Floor 7: HTTP, web pages and command line, derived from the catalogue."""
