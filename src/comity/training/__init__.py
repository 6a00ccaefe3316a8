"""Training on exercise nodes: synthetic travellers with alerts that never leave the node, worked through and scored."""
