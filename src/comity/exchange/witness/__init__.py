"""Witnesses of ledgers: nodes that sign that a ledger only grew, and catch one that shows two histories."""
