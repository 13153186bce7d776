"""Web chat: sessions, sockets, and the way from the database to every open socket.

The database is the truth: what is said is numbered in `web_messages` in the transaction that
handles it, and a socket sends what is numbered above its last number. Everything between (the
local wake-up, Valkey's channel, the sweep) only says that it is worth looking, so losing it
costs time and never a message, an order or a number.
"""
