"""Asks a broker, in its own protocol, whether it has joined the cluster and can be used."""

import socket
import struct

# A Metadata request, version 1, for no topic (https://kafka.apache.org/protocol#The_Messages_Metadata)
METADATA, VERSION, CORRELATION = 3, 1, 1
REQUEST_BODY = struct.pack(">hhihi", METADATA, VERSION, CORRELATION, -1, 0)
TIMEOUT = 2.0  # seconds


def is_usable(host: str, port: int) -> bool:
    """Whether the broker counts itself among the live ones; a fenced broker is not listed."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
            connection.sendall(struct.pack(">i", len(REQUEST_BODY)) + REQUEST_BODY)
            (length,) = struct.unpack(">i", _read(connection, 4))
            _, brokers = struct.unpack(">ii", _read(connection, length)[:8])
    except (OSError, EOFError, struct.error):
        return False
    return bool(brokers > 0)


def _read(connection: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        more = connection.recv(size - len(read))
        if not more:
            raise EOFError
        read += more
    return read
