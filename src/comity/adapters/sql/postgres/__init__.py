"""A node's storage on PostgreSQL: several processes write one database, one at a time, and follow each other."""
