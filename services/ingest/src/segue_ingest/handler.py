"""Handles everything that reaches ingest as an event, a batch in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from segue_common.events import (
    DeliveryUpdated,
    Event,
    EventData,
    MessageReceived,
    OptOutChanged,
    OwnershipChanged,
    SendRequested,
)
from segue_common.runtime.transaction import Transaction

from segue_ingest.chat.announcing import Announcer
from segue_ingest.domain.delivery import CarrierReported
from segue_ingest.domain.fence import OPEN, Fence
from segue_ingest.outbound import Outbound
from segue_ingest.reports import apply_results
from segue_ingest.store import fences, web_messages
from segue_ingest.store.web_messages import NewWebMessage


class IngestHandler:
    """The service's one handler: what kinds of event it sorts apart touch different tables, so
    their order among each other doesn't matter; within a kind the order is kept."""

    def __init__(self, outbound: Outbound, announcer: Announcer) -> None:
        self._outbound = outbound
        self._announcer = announcer

    async def __call__(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        await self._take_web_messages(work, events)
        await self._raise_fences(work, events)
        requests = [e for e in events if isinstance(e.data, SendRequested)]
        await self._outbound.take(work, cast("list[Event[SendRequested]]", requests))
        await apply_results(
            work, [e for e in events if isinstance(e.data, DeliveryUpdated | CarrierReported)]
        )

    async def _take_web_messages(
        self, work: Transaction, events: Sequence[Event[EventData]]
    ) -> None:
        """A lead's own words are numbered in the transaction that sends them on, so that a
        resent frame can neither double them nor change their place."""
        rows = []
        for event in events:
            if isinstance(event.data, MessageReceived):
                client_id = event.data.provider_message_id.partition("/")[2]
                rows.append(
                    NewWebMessage(
                        event.subject, event.id, "lead", event.data.text, event.time, client_id
                    )
                )
                work.publish(event)
        if rows:
            await web_messages.append(work.conn, rows)
            self._announcer.after_commit(work, {row.conversation_id for row in rows})

    async def _raise_fences(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        news = [e for e in events if isinstance(e.data, OwnershipChanged | OptOutChanged)]
        if not news:
            return
        raised = await fences.load(work.conn, {event.subject for event in news})
        for event in news:
            raised[event.subject] = _raised(raised.get(event.subject, OPEN), event.data)
        await fences.raise_to(work.conn, raised)
        self._announcer.after_commit(work, raised.keys())


def _raised(fence: Fence, news: EventData) -> Fence:
    """The fence after a change, unless it knows a later one."""
    if isinstance(news, OwnershipChanged) and news.epoch >= fence.epoch:
        return replace(fence, epoch=news.epoch, owner=news.owner)
    if isinstance(news, OptOutChanged) and news.epoch >= fence.epoch:
        opt_out_epoch = news.epoch if news.opted_out else fence.opt_out_epoch
        return replace(fence, epoch=news.epoch, opt_out_epoch=opt_out_epoch)
    return fence
