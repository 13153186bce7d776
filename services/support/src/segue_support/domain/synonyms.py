"""Words that mean the same to whoever asks a business something."""

from functools import cache

from segue_support.domain.text import stem

# Everyday words only; a business's own terms stand in its documents.
GROUPS = (
    "cost costs price prices pricing fee fees charge charges expensive cheap rate",
    "open opening close closes closed closing hours time times schedule",
    "address located location find directions",
    "park parking car",
    "accept take network cover covered work",
    "pay payment paying paid",
    "card cards",
    "phone telephone number",
    "cancel cancellation cancelling canceling",
    "move reschedule rescheduling",
    "miss missed show",
    "break broke broken crack cracked damage damaged",
    "verify check",
    "scared afraid nervous anxious anxiety fear",
    "pain painful hurt hurts hurting ache aching",
    "kid kids child children",
    "old age ages",
    "holiday holidays christmas thanksgiving easter",
    "monday mondays weekday weekdays",
    "tuesday tuesdays weekday weekdays",
    "wednesday wednesdays weekday weekdays",
    "thursday thursdays weekday weekdays",
    "friday fridays weekday weekdays",
    "saturday saturdays weekend weekends",
    "sunday sundays weekend weekends",
    "pregnant pregnancy expecting",
    "refund refunds refunded money-back",
    "dentist dentists doctor doctors dr",
    "language languages speak",
    "quote quotes offer offers estimate estimates",
    "insured insure insurance covered cover",
    "include included includes contain contains contained",
    "swap swapped replace replacing replacement",
    "lift elevator",
    "flat apartment",
    "noise noisy loud",
    "earn earning income salary",
    "founded since started",
    "instalment instalments installment installments monthly spread",
    "year years yr yrs",
    "deposit upfront advance",
    "precio precios costo costos coste cuesta cuestan tarifa",
    "abierto abiertos abren horario horarios hora horas",
    "direccion ubicacion ubicados",
    "aparcar aparcamiento estacionar estacionamiento",
    "cancelar cancelacion",
)


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in GROUPS:
        group = frozenset(map(stem, line.split()))
        for word in group:
            found[word] = found.get(word, frozenset()) | group
    return found


def synonyms(stemmed: str) -> frozenset[str]:
    """The stems that may stand for this one, itself included."""
    return _groups().get(stemmed, frozenset()) | {stemmed}
