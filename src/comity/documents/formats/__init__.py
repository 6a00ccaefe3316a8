"""Outside formats of travel documents: the machine-readable zone of ICAO Doc 9303."""
