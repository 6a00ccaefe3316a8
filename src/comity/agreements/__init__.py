"""Floor 2: treaties and law as data, compiled and decided by pure functions."""
