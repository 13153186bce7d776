"""The rules of a conversation: who speaks, who is heard, and what may leave."""
