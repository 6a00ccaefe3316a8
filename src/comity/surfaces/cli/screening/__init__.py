"""Commands of screening that only read files and need no node."""
