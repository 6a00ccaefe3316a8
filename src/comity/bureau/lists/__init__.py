"""Official lists: read, kept, compared and searched. A list is not an alert (LAW.md 14): an entry acts on nobody."""
