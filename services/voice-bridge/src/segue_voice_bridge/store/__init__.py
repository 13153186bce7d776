"""The service's tables in SQL."""
