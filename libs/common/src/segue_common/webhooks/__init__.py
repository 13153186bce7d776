"""Requests from outside: the tenant they are for, a bounded body, a provider's signature."""
