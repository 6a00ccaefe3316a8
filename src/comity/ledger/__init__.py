"""Floor 2: the append-only evidence log. Leaves, Merkle tree, framed file, checkpoints, proofs."""
