"""The booking agent: reads a turn, asks the desk, and words the answer."""
