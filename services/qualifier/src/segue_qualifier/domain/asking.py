"""Which one thing to ask next, and when to stop asking."""

from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.move import Line
from segue_qualifier.domain.scene import Scene

MOST_QUESTIONS = 5
MOST_PER_SLOT = 2
PHRASED = frozenset({"need", "budget", "authority", "timeline", "people", "name", "phone", "email"})


def next_slot(lead: Lead, scene: Scene) -> str | None:
    """The missing slot that is worth most, those asked before last; None to ask no more.

    What the lead wants comes first as long as nothing is known of them.
    """
    criteria = scene.tenant.qualification.criteria
    asked = sum(lead.times_asked(slot) for slot in criteria)
    if scene.reached or asked >= MOST_QUESTIONS:
        return None
    missing = [
        slot
        for slot, criterion in criteria.items()
        if criterion.points > 0
        and slot not in lead.known
        and lead.times_asked(slot) < MOST_PER_SLOT
    ]
    if "need" in missing and not lead.current:
        return "need"
    return min(
        missing, key=lambda slot: (lead.times_asked(slot), -criteria[slot].points), default=None
    )


def question_line(slot: str) -> Line:
    """The phrase that asks for a slot."""
    if slot in PHRASED:
        return Line(f"sales.ask.{slot}")
    return Line("sales.ask.other", {"what": slot.replace("_", " ")})


def acknowledgement(scene: Scene) -> tuple[Line, ...]:
    """A few words on what was just learned; nothing if nothing was."""
    stated = [fact for fact in scene.news if not _refused(fact.value)]
    if not stated:
        return (Line("sales.refused_ok"),) if scene.news else ()
    name = next((fact.value for fact in stated if fact.slot == "name"), None)
    if isinstance(name, str):
        return (Line("sales.ack.name", {"name": name}),)
    if len({fact.slot for fact in stated}) > 1:
        return (Line("sales.ack.thanks"),)
    slot, value = stated[-1].slot, stated[-1].value
    if slot == "people" and isinstance(value, int):
        return (Line("sales.ack.people", {"count": value}),)
    vague = slot == "timeline" and not _has_date(value)
    return (Line(f"sales.ack.{slot}" if slot in PHRASED and not vague else "sales.ack.thanks"),)


def _has_date(value: object) -> bool:
    """Whether a time frame is one to plan with; "someday" isn't."""
    if not isinstance(value, dict) or value.get("urgency") not in ("now", "soon"):
        return False
    return value.get("within_days") is not None


def _refused(value: object) -> bool:
    return isinstance(value, dict) and value.get("refused") is True
