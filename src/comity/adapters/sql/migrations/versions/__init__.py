"""Schema versions; each file is history and is never changed once released."""
