"""Modes in which an owner's data stay with the owner: questions that travel, and answers that are kept nowhere."""
