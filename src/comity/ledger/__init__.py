"""Floor 2: the append-only evidence log. Leaves, Merkle tree, framed file, checkpoints, proofs.

Pure: bytes in, bytes out. Files, rows, keys, clock and randomness belong to the caller.
"""
