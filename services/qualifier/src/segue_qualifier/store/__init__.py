"""Leads in the database."""
