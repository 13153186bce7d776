"""The numbered SQL files that build the booking service's schema, applied in order of name."""
