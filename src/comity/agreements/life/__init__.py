"""The life of an agreement version as data: when it is in force, paused, woken, left and over. Pure."""
