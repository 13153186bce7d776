"""When to ring, what comes of a call, and the voice agent: pure rules."""
