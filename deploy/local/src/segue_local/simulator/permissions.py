"""Who may be written to: carrier opt-outs and the WhatsApp customer-service window."""

from datetime import datetime, timedelta

from segue_local.simulator.addresses import is_whatsapp

WINDOW = timedelta(hours=24)
# Twilio's default keywords (Messaging, "Advanced Opt-Out").
STOP_WORDS = frozenset(
    {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
)
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
HELP_WORDS = frozenset({"HELP", "INFO"})


class Permissions:
    """Keyed by the pair (business address, person's address) as the carrier keeps them."""

    def __init__(self) -> None:
        self._opted_out: set[tuple[str, str]] = set()
        self._last_inbound: dict[tuple[str, str], datetime] = {}

    def heard(self, business: str, person: str, text: str, now: datetime) -> str | None:
        """Notes an inbound message; answers STOP, START or HELP when it was such a keyword.

        Keywords act on SMS only, where the carrier itself keeps the list.
        """
        pair = (business, person)
        self._last_inbound[pair] = now
        word = text.strip().upper()
        if is_whatsapp(person):
            return None
        if word in STOP_WORDS:
            self._opted_out.add(pair)
            return "STOP"
        if word in START_WORDS and pair in self._opted_out:
            self._opted_out.discard(pair)
            return "START"
        return "HELP" if word in HELP_WORDS else None

    def opted_out(self, business: str, person: str) -> bool:
        return (business, person) in self._opted_out

    def window_open(self, business: str, person: str, now: datetime) -> bool:
        last = self._last_inbound.get((business, person))
        return last is not None and now - last < WINDOW

    def close_window(self, business: str, person: str) -> None:
        """Makes the last message from the person too old to answer freely."""
        self._last_inbound.pop((business, person), None)

    def clear(self) -> None:
        self._opted_out.clear()
        self._last_inbound.clear()
