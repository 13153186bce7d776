"""What each event tells a person, in a few words: one function for each event type."""

# Importing the modules registers their functions.
from segue_common.cli.tellings import bookings, calls, control, conversation, leads
from segue_common.cli.tellings.telling import Telling, tell

__all__ = ["Telling", "bookings", "calls", "control", "conversation", "leads", "tell"]
