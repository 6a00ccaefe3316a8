"""Floor 5: what supervisors see: the search log, the ledger and its proofs."""
