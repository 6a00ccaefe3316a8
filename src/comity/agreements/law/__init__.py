"""Law as rules: one frozen row a rule, grouped by instrument, each with scenarios that hold it to its word."""
