"""Contract and runtime shared by every Segue service."""
