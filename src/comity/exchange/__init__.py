"""Floor 3: signed statements and delivery frames between nodes. Knows no subject."""
