"""Calls while they are talked on: sockets, timing, and writing behind."""
