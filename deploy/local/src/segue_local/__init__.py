"""The embedded stack, the carrier simulator and the demo."""
