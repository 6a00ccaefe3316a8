"""Floor 6: one way to run any operation. Authorise, run, record, answer."""
