"""Asking owners abroad during a check, and answering such questions from the own alerts."""
