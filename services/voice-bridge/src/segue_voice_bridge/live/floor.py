"""The calls that are being talked on in this process."""

from uuid import UUID

from segue_voice_bridge import metrics
from segue_voice_bridge.domain.agent import Session
from segue_voice_bridge.live.live_call import LiveCall


class Floor:
    """One live session per call; a later one takes the call over from an earlier one."""

    def __init__(self) -> None:
        self._calls: dict[UUID, LiveCall] = {}

    def session(self, call_id: UUID) -> Session | None:
        """The newest session of a call, fresher than what is saved of it."""
        live = self._calls.get(call_id)
        return live.session if live else None

    def enter(self, live: LiveCall) -> None:
        if earlier := self._calls.get(live.call_id):
            earlier.close()
        self._calls[live.call_id] = live
        metrics.LIVE_SESSIONS.set(len(self._calls))

    def leave(self, live: LiveCall) -> None:
        if self._calls.get(live.call_id) is live:
            del self._calls[live.call_id]
        metrics.LIVE_SESSIONS.set(len(self._calls))

    def wake(self, call_id: UUID) -> None:
        """There is news for a call; nothing happens if it isn't talked on here."""
        if live := self._calls.get(call_id):
            live.wake()
