"""Floor 4: alerts and confirmed hits, owned by the party that entered them."""
