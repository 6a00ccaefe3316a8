"""Comity: sovereign nodes that exchange border-security data only under agreements."""
