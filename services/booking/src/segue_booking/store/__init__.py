"""The books: bookings and allocations in PostgreSQL, always inside the caller's transaction."""
