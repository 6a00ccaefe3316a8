"""Floor 4: accounts, authorities, functions, sessions and approvals."""
