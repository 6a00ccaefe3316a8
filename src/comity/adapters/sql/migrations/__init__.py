"""The schema of a node's database, version by version; forward and back, data included."""
