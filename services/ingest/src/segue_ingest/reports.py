"""What carriers tell of deliveries: taken in from webhooks, and applied in order of rank."""

from collections.abc import Sequence
from uuid import UUID

from segue_common.events import DeliveryUpdated, Event, EventData, root_event, root_id
from segue_common.runtime.clock import Clock
from segue_common.runtime.database import Pool
from segue_common.runtime.processor import Arrival
from segue_common.runtime.tracing import entering_trace
from segue_common.runtime.transaction import Transaction

from segue_ingest import metrics
from segue_ingest.domain.delivery import CarrierReported, Report, rises
from segue_ingest.intake import SOURCE, LateProcessor
from segue_ingest.store import deliveries, early_reports
from segue_ingest.store.deliveries import Delivery


class ReportDesk:
    """Where webhooks and sockets hand in reports; a report in any order, any number of times."""

    def __init__(self, pool: Pool, processor: LateProcessor, clock: Clock) -> None:
        self._pool = pool
        self._processor = processor
        self._clock = clock

    async def take(self, tenant: str, reports: Sequence[Report]) -> None:
        """Returns once the reports are applied, or kept until their message is known."""
        matched = await early_reports.match_or_keep(self._pool, tenant, reports)
        arrivals = [
            Arrival(self._event(tenant, report, conversation_id), entering_trace())
            for report, conversation_id in matched
        ]
        await self._processor.process(arrivals)

    def _event(self, tenant: str, report: Report, conversation_id: UUID) -> Event[CarrierReported]:
        return root_event(
            CarrierReported(report=report),
            id=root_id(
                tenant, f"{report.provider}-status", f"{report.provider_message_id}/{report.status}"
            ),
            source=SOURCE,
            tenant=tenant,
            conversation_id=conversation_id,
            time=self._clock(),
        )


async def apply_results(work: Transaction, events: Sequence[Event[EventData]]) -> None:
    """Record job results and carriers' reports; what raises a status is published."""
    if not events:
        return
    await work.send_writes()
    # A carrier ID learnt here may have reports waiting; none may slip in after the look.
    told = {found for event in events if (found := _provider_id(event))}
    await early_reports.lock(work.conn, told)
    rows = await deliveries.load(work.conn, {_message_id(event) for event in events})
    waiting = await early_reports.take(work.conn, told)
    for event in events:
        row = rows.get(_message_id(event))
        if row is None:
            continue
        if isinstance(event.data, DeliveryUpdated):
            _apply_result(work, row, event, event.data)
        elif isinstance(event.data, CarrierReported):
            _apply_report(work, row, event, event.data.report)
        for report in waiting.pop(row.provider_message_id or "", ()):
            _apply_report(work, row, event, report)
    deliveries.save(work, list(rows.values()))


def _apply_result(
    work: Transaction, row: Delivery, event: Event[EventData], data: DeliveryUpdated
) -> None:
    row.provider_message_id = data.provider_message_id or row.provider_message_id
    if rises(row.status, data.status):
        row.status, row.error = data.status, data.error
        metrics.DELIVERIES.labels(row.provider, row.status).inc()
        work.publish(event)


def _apply_report(
    work: Transaction, row: Delivery, cause: Event[EventData], report: Report
) -> None:
    row.provider_message_id = row.provider_message_id or report.provider_message_id
    if not rises(row.status, report.status):
        return
    row.status, row.error = report.status, report.error
    metrics.DELIVERIES.labels(row.provider, row.status).inc()
    update = DeliveryUpdated(
        message_id=row.message_id,
        channel=row.channel,
        status=report.status,
        provider=row.provider,
        provider_message_id=row.provider_message_id,
        error=report.error,
    )
    work.emit(update, cause)


def _message_id(event: Event[EventData]) -> UUID:
    if isinstance(event.data, DeliveryUpdated):
        return event.data.message_id
    if isinstance(event.data, CarrierReported) and event.data.report.message_id:
        return event.data.report.message_id
    raise TypeError(f"{event.type} is not about a delivery")


def _provider_id(event: Event[EventData]) -> str | None:
    if isinstance(event.data, DeliveryUpdated):
        return event.data.provider_message_id
    if isinstance(event.data, CarrierReported):
        return event.data.report.provider_message_id
    return None
