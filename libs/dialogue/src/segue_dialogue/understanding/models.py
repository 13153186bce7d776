"""What an understood message looks like: intents, facts with their quotes, times and flags."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

Intent = Literal["book", "support", "sales", "human", "other"]
Affirmation = Literal["yes", "no"]
Grain = Literal["minute", "hour", "part_of_day", "day", "week", "month"]

INTENTS: tuple[Intent, ...] = ("book", "support", "sales", "human", "other")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Fact(_Frozen):
    """Something the person said about themselves; `quote` is verbatim from the message.

    Values by slot:

    * `budget`: `{"amount": float | None, "currency": ISO 4217, "bound": "exact" | "max" | "min" |
      "about" | "range"}`, with `amount_max` when the bound is `range` and `per` ("hour", "day",
      "week", "month", "year") when a rate was named. Without an amount, `min` means "money is no
      object" and `max` means "as cheap as possible".
    * `authority`: `{"role": "decider" | "joint" | "influencer"}`
    * `need`: `{"summary": str}`
    * `timeline`: `{"within_days": int | None, "urgency": "now" | "soon" | "later" | "none"}`
    * `people`: `int`; `name`: `str`; `phone`: E.164 `str`; `email`: `str`
    * where the business's vertical or its `slots` have it, `bedrooms`: `int`, `area`: a place as
      `str`, `insurance`: `{"insured": bool}`, `treatment`: its English name as `str`
    * any slot that was asked for and declined: `{"refused": true}`
    """

    slot: str
    value: JsonValue
    quote: str


class TimeReference(_Frozen):
    """A time the person named, as the half-open span [start, end) in the zone of `now`.

    `minute` is an exact time (10:30), `hour` one named by its hour (at 3, 3ish, between 2 and 4),
    `part_of_day` a stretch of a day (morning, after 5), the others whole days, weeks and months.
    """

    start: datetime
    end: datetime
    grain: Grain
    quote: str


class Understanding(_Frozen):
    """Everything the built-in understanding makes of one message.

    `asks_facts` holds for questions that documents may answer: all that ask for opening hours, help
    or a policy (`support`), and those of prospects about prices and products (`sales`).
    """

    text: str
    language: str
    intent: Intent
    confidence: float
    wants_human: bool = False
    opt_out: bool = False
    opt_in: bool = False
    affirmation: Affirmation | None = None
    facts: tuple[Fact, ...] = ()
    times: tuple[TimeReference, ...] = ()
    wants_call: bool = False
    emergency: bool = False
    asks_facts: bool = False
    greeting: bool = False
    thanks: bool = False


class Context(_Frozen):
    """What is known when the message arrives.

    `question` is what the business asked last: a slot ("budget", "authority", "need", "timeline",
    "people", "name", "phone", "email") or a step ("consent_call", "offer_next_step",
    "choose_slot", "confirm_booking"). `region` (ISO 3166) reads national phone numbers and the
    order of day and month; `currency` (ISO 4217) is what a bare amount is in. `vertical` and
    `slots` say what the business asks of its own.
    """

    language: str | None = None
    question: str | None = None
    has_booking: bool = False
    vertical: str | None = None
    region: str = "US"
    currency: str = "USD"
    slots: tuple[str, ...] = ()
