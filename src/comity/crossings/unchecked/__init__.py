"""Passages that went unchecked, so that they are made good: a cut link or a dead node is no reason to forget them."""
