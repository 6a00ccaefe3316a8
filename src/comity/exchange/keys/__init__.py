"""Keys that follow each other: the deeds of this node and of its peers, and how they reach each other."""
