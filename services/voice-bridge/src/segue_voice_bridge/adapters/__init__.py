"""The outside: the carrier's API, its webhooks and sockets, ingest, and the other replicas."""
