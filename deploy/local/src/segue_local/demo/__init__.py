"""The demo: two leads played against the whole system, with every step checked."""
