"""The built-in CRM's tables."""
