"""The numbered SQL files that build the qualifier's schema, applied in order of name."""
