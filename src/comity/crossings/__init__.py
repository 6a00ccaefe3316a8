"""Floor 5: the check at the border and the decision of the officer."""
