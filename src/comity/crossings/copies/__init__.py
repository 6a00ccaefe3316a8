"""Copies for crossing points that lose their link: encrypted, on the inventory, of no use after 48 hours."""
