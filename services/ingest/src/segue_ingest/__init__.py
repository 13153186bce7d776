"""Channels: webhooks, web chat sockets, delivery, who is who."""
