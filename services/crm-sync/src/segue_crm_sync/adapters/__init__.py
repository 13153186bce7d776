"""Ways out to other CRMs."""
