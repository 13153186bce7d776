"""From messages as providers report them to events on the broker."""

from collections.abc import Sequence

from segue_common.events import Event, MessageReceived, root_event, root_id
from segue_common.runtime.clock import Clock

from segue_ingest import metrics
from segue_ingest.admission import Admission
from segue_ingest.domain.inbound import InboundMessage
from segue_ingest.intake import SOURCE, Intake
from segue_ingest.store.parties import Known
from segue_ingest.whois import WhoIsWho


class MessageDesk:
    """Resolves who wrote, and writes what they wrote to the broker."""

    def __init__(
        self,
        who_is_who: WhoIsWho,
        intake: Intake,
        admission: Admission,
        clock: Clock,
    ) -> None:
        self._admission = admission
        self._who_is_who = who_is_who
        self._intake = intake
        self._clock = clock

    async def take(self, tenant: str, messages: Sequence[InboundMessage]) -> None:
        """Returns once all are durable; taking one again makes the same event again."""
        with self._admission.admitted(tenant, len(messages)):
            events = [await self._event(tenant, message) for message in messages]
            await self._intake.put(events)
        for event in events:
            metrics.INBOUND.labels(tenant, event.data.channel).inc()

    async def _event(self, tenant: str, message: InboundMessage) -> Event[MessageReceived]:
        party = await self._who_is_who.resolve(
            tenant, message.sender.identities, Known(name=message.sender.name)
        )
        return root_event(
            MessageReceived(
                channel=message.channel,
                provider=message.provider,
                provider_message_id=message.provider_message_id,
                address=message.address,
                contact=party.contact,
                text=message.text,
                attachments=message.attachments,
                carrier_keyword=message.carrier_keyword,
                sent_at=message.sent_at,
                formerly=party.formerly,
            ),
            id=root_id(tenant, message.provider, message.provider_message_id),
            source=SOURCE,
            tenant=tenant,
            conversation_id=party.conversation_id,
            time=self._clock(),
        )
