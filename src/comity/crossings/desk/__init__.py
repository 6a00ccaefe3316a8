"""Where an officer stands for a shift: the registry of crossing points, and the desk chosen once."""
