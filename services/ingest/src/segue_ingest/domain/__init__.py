"""The rules of the channels: addresses, webhook contents, delivery, chat tokens. No I/O."""
