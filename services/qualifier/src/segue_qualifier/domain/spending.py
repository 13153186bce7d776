"""What language models have cost a lead, kept with the lead and told with its updates."""

from segue_common.events import CallEnded, EventData, LeadUpdated, ModelSpent, TurnCompleted

from segue_qualifier.domain.lead import Lead


def spend(lead: Lead, spent: ModelSpent) -> tuple[Lead, LeadUpdated | None]:
    """The record with this added, and the news of it once there is a record to speak of."""
    total = (lead.spent or ModelSpent()).joined(spent)
    known = lead.contact is not None and lead.channel is not None and lead.score is not None
    revision = lead.revision + 1 if known else lead.revision
    after = lead.model_copy(update={"spent": total, "revision": revision})
    if after.contact is None or after.channel is None or after.score is None:
        return after, None
    return after, LeadUpdated(
        contact=after.contact,
        channel=after.channel,
        facts=after.facts,
        score=after.score,
        revision=revision,
        spent=total,
    )


def with_spent(events: tuple[EventData, ...], update: LeadUpdated | None) -> tuple[EventData, ...]:
    """The events of a turn with one update of the lead, the last, in place of any earlier one."""
    if update is None:
        return events
    others = tuple(event for event in events if not isinstance(event, LeadUpdated))
    return (update, *others)


def spent_elsewhere(data: EventData) -> ModelSpent | None:
    """What another agent's turn, or a call, has cost."""
    if isinstance(data, TurnCompleted) and data.agent != "sales" and data.model_use is not None:
        return ModelSpent().plus(data.model_use)
    return data.spent if isinstance(data, CallEnded) else None
