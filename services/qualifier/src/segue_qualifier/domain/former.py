"""What a lead's record takes over from that of another conversation of the same person."""

from segue_qualifier.domain.lead import Evidence, Lead, Qualification, Stage

_STAGES: tuple[Stage, ...] = ("new", "lost", "talking", "qualified", "contacted", "meeting")
ELSEWHERE = "elsewhere"


def take_over(lead: Lead, was: Lead) -> Lead:
    """The record with everything that is known from the other conversation.

    What this one knows itself outweighs that, so a fact said in both holds as it was said here. Who
    was passed on there has been passed on: the threshold rings nobody a second time. Without a
    number nobody was rung.
    """
    own = {item.slot for item in lead.current}
    taken = tuple(_outweighed(item, lead) if item.slot in own else item for item in was.evidence)
    known = own | {item.slot for item in was.current}
    rung = was.qualifications if was.phone else ()
    refusals = {item.slot: item for item in (*was.refusals, *lead.refusals)}
    return lead.model_copy(
        update={
            # New facts come last: what has been written down keeps its number.
            "evidence": (*lead.evidence, *taken),
            "refusals": tuple(item for slot, item in refusals.items() if slot not in known),
            "asked": {**was.asked, **lead.asked},
            "read": tuple(dict.fromkeys((*was.read, *lead.read))),
            "stage": max(lead.stage, was.stage, key=_STAGES.index),
            "qualifications": (*map(_ended, rung), *lead.qualifications),
            "consent": lead.consent or was.consent,
            "booking_id": lead.booking_id or was.booking_id,
            "revision": lead.revision + bool(taken),
            "formerly": (*lead.formerly, was.conversation_id),
        }
    )


def _outweighed(item: Evidence, lead: Lead) -> Evidence:
    if item.replaced_at is not None:
        return item
    by = next(one for one in lead.current if one.slot == item.slot)
    return item.model_copy(update={"replaced_at": by.at, "replaced_by": by.message_id})


def _ended(qualification: Qualification) -> Qualification:
    """Its end, if it comes yet, is told in the other conversation."""
    if qualification.closed is not None:
        return qualification
    return qualification.model_copy(update={"closed": ELSEWHERE})
