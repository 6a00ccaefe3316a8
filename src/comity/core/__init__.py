"""Floor 1: pure vocabulary of the house. Ids, instants, codes, codec, errors, operations, ports."""
