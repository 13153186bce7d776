"""The seeded fault run: many conversations while everything is killed, and what must hold then."""
