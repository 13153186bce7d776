"""The knowledge base and the support agent."""
