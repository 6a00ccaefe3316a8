"""Conditions of clauses and rules: one text form, one checked intermediate form, and a predicate that decides."""
