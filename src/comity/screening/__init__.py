"""Floor 4: finding the alert that fits a traveller or document."""
