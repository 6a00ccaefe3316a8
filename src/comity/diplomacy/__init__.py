"""Floor 4: the life cycle of agreements and of peering between nodes."""
