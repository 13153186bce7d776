"""What a person hears on one channel: the messages that the carrier took for their address."""

from collections.abc import Callable

from segue_local.simulator.addresses import bare
from segue_local.simulator.ledger import Ledger
from segue_local.simulator.records import MessageRecord

DEFAULT_PATIENCE = 10.0


class HeardNothing(Exception):
    """No fitting message arrived before the deadline."""


class Listener:
    """Reads the ledger for one address; `hears` gives each message once, in order."""

    def __init__(self, messages: Ledger[MessageRecord], address: str) -> None:
        self._messages = messages
        self._last_heard = 0
        self.address = address

    @property
    def received(self) -> list[MessageRecord]:
        """Everything that the carrier took for this address so far, oldest first."""
        return [m for m in self._messages.about(self.address) if self._is_for_me(m)]

    async def hears(self, deadline: float = DEFAULT_PATIENCE) -> MessageRecord:
        """The next message not heard yet, within `deadline` seconds, else HeardNothing."""

        def fresh() -> MessageRecord | None:
            return next((m for m in self.received if m.order > self._last_heard), None)

        message = await self._wait(fresh, deadline)
        self._last_heard = message.order
        return message

    async def wait_for(
        self, fits: Callable[[MessageRecord], bool], deadline: float = DEFAULT_PATIENCE
    ) -> MessageRecord:
        """The first message, heard already or not, that fits; else HeardNothing."""
        return await self._wait(lambda: next(filter(fits, self.received), None), deadline)

    async def _wait(
        self, found: Callable[[], MessageRecord | None], deadline: float
    ) -> MessageRecord:
        message = await self._messages.until(self.address, found, deadline)
        if message is None:
            raise HeardNothing(f"nothing fitting within {deadline:g} s")
        return message

    def _is_for_me(self, message: MessageRecord) -> bool:
        if not message.outgoing:
            return False
        if message.provider == "meta":
            return bare(message.to) == bare(self.address)
        return message.to == self.address
