"""Leads: facts with evidence, the score, and the sales agent."""
