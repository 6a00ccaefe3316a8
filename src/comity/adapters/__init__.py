"""Floor 6: the outside world behind core ports: SQL, peer links, keys, clocks."""
