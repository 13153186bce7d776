"""The conversation: turns, owner, consent, and the one gate for outgoing words."""
