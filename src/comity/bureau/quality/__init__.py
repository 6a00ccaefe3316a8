"""How good alerts are, per alert and per party: what is missing, doubled, stale, never hit, or cannot be."""
