"""From a listed travel ban to an alert: only at the designated party, one listing at a time, by a person."""
