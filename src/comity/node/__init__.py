"""Floor 8: configuration, bootstrap and the process of one node."""
