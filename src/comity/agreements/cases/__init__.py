"""Cases of a treaty as others write them, put to the decision point: one table translates their words, no code does."""
