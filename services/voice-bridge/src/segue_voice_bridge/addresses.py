"""The outside addresses of a call: what the carrier is told, and what it signs."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Addresses:
    """`public_url` is the outside base URL, without a path of its own or with one."""

    public_url: str

    def call(self, tenant: str, call_id: UUID, part: str) -> str:
        """A webhook of one call: `twiml`, `status`, `amd` or `relay-ended`."""
        return self.outside(f"/v1/{tenant}/twilio/calls/{call_id}/{part}")

    def relay(self, tenant: str, call_id: UUID) -> str:
        """The socket of one call; the carrier wants wss wherever the web is https."""
        return self.socket(f"/v1/{tenant}/twilio/relay/{call_id}")

    def outside(self, path: str) -> str:
        return self.public_url.rstrip("/") + path

    def socket(self, path: str) -> str:
        """http becomes ws, https becomes wss."""
        return "ws" + self.outside(path).removeprefix("http")
