"""Learning the model: one repeatable run over material that may be used, which stays where it is."""
