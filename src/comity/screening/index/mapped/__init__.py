"""A memory-mapped index of persons and exact keys: [decision 0030](docs/decisions/0030-mapped-index.md)."""
