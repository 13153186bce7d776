"""Calls: when to ring, the call itself, and the voice agent."""
