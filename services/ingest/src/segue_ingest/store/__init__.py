"""The tables of ingest."""
