"""What ingest talks to: carriers, the router, Valkey."""
