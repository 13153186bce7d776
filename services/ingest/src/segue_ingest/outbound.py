"""Takes on what the gate has let out: to a carrier by a job, to the widget at once."""

from collections.abc import Mapping, Sequence

from segue_common.decisions import NewJob
from segue_common.events import DeliveryUpdated, Event, SendRequested
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant

from segue_ingest import metrics
from segue_ingest.chat.announcing import Announcer
from segue_ingest.delivering import KIND
from segue_ingest.domain.addresses import WHATSAPP
from segue_ingest.domain.delivery import STALE, Outgoing
from segue_ingest.domain.fence import OPEN
from segue_ingest.latency import time_reply
from segue_ingest.store import deliveries, fences, web_messages
from segue_ingest.store.deliveries import Delivery
from segue_ingest.store.web_messages import NewWebMessage

WEB = "web"


class Outbound:
    """Everything that is to be said passes here once, under its conversation's lock."""

    def __init__(self, tenants: Mapping[str, Tenant], announcer: Announcer) -> None:
        self._tenants = tenants
        self._announcer = announcer

    async def take(self, work: Transaction, events: Sequence[Event[SendRequested]]) -> None:
        """Claim each message, and give it its number or its job.

        A carrier's job looks at the fence when it is done; the widget's words leave here.
        """
        if not events:
            return
        void = await self._void(work, events)
        rows: list[tuple[Event[SendRequested], str, str | None]] = []
        for event in events:
            provider = self._provider(event)
            written = provider == WEB and event not in void
            rows.append((event, provider, str(event.id) if written else None))
        deliveries.add(work, rows)
        await self._write(work, [event for event, _, provider_id in rows if provider_id])
        _hold_back(work, void)
        for event, provider, _ in rows:
            if provider != WEB:
                self._schedule(work, event, provider)

    async def _void(
        self, work: Transaction, events: Sequence[Event[SendRequested]]
    ) -> list[Event[SendRequested]]:
        """The widget's words that a takeover or an opt-out has overtaken."""
        web = [event for event in events if self._provider(event) == WEB]
        now = await fences.load(work.conn, {event.subject for event in web}) if web else {}
        return [
            event
            for event in web
            if now.get(event.subject, OPEN).stops(event.data.epoch, event.data.speaker)
        ]

    def _provider(self, event: Event[SendRequested]) -> str:
        """Who carries it. An address on WhatsApp tells which of the two providers it is from:
        Twilio's begin with `whatsapp:`."""
        if event.data.channel != "whatsapp":
            return {"web": WEB, "sms": "twilio"}.get(event.data.channel, "none")
        tenant = self._tenants.get(event.tenant)
        if tenant is None or tenant.channels.meta is None:
            return "twilio"
        has_twilio = tenant.channels.twilio is not None and tenant.channels.twilio.whatsapp_from
        return "twilio" if has_twilio and event.data.address.startswith(WHATSAPP) else "meta"

    def _schedule(self, work: Transaction, event: Event[SendRequested], provider: str) -> None:
        message = Outgoing(
            message_id=event.id,
            channel=event.data.channel,
            provider=provider,
            address=event.data.address,
            text=event.data.text,
            speaker=event.data.speaker,
            epoch=event.data.epoch,
            queued_at=work.now,
            heard_at=event.data.heard_at,
        )
        job = NewJob(
            kind=KIND, key=str(event.id), payload=message, lane=str(event.subject),
            holder=f"{event.tenant}/{provider}",
        )  # fmt: skip
        work.schedule(job, event)

    async def _write(self, work: Transaction, events: Sequence[Event[SendRequested]]) -> None:
        """For the widget, being stored is being accepted; sockets fetch it from there."""
        if not events:
            return
        await web_messages.append(
            work.conn,
            [
                NewWebMessage(
                    event.subject, event.id, event.data.speaker, event.data.text, event.time
                )
                for event in events
            ],
        )
        for event in events:
            accepted = DeliveryUpdated(
                message_id=event.id, channel="web", status="accepted", provider=WEB,
                provider_message_id=str(event.id),
            )  # fmt: skip
            work.emit(accepted, event)
            metrics.DELIVERIES.labels(WEB, "accepted").inc()
            time_reply("web", event.data.heard_at, work.now)
        self._announcer.after_commit(work, {event.subject for event in events})


def _hold_back(work: Transaction, events: Sequence[Event[SendRequested]]) -> None:
    """Nobody sees these words; that they failed is told."""
    failed = [
        Delivery(event.id, event.subject, event.tenant, "web", WEB, None, "failed", STALE)
        for event in events
    ]
    deliveries.save(work, failed)
    for event in events:
        told = DeliveryUpdated(
            message_id=event.id, channel="web", status="failed", provider=WEB, error=STALE
        )
        work.emit(told, event)
        metrics.DELIVERIES.labels(WEB, "failed").inc()
