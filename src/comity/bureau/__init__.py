"""Floor 5: the national bureau (SIRENE): drafts, sends and receives supplementary information."""
