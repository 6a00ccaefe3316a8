"""The score of names and dates in compiled code: the same figure as `Scorer`'s for many rows at once, unexplained."""
