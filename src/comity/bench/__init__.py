"""`comity bench <name>`: figures measured beside their goals, and beside a peer or floor of the same run."""
