"""The HTTP side: availability, bookings, and calendar feeds."""
