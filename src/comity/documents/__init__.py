"""Floor 4: travel documents. Reading the machine-readable zone, and what it says about itself."""
