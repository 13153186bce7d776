"""What a tenant file says: one business with its channels, rules, services and hours."""

from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)


class Part(BaseModel):
    """Base of every part of a tenant file: unknown fields are errors, since they are typos."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not a time zone of the tz database, such as America/New_York")
    return name


def _hours(text: object) -> object:
    """`08:00-21:00` as two times."""
    if not isinstance(text, str):
        return text
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError("write hours as 08:00-21:00")
    return {"start": start.strip(), "end": end.strip()}


class DayHours(Part):
    """From `start` to `end` on one local day."""

    start: time
    end: time

    @model_validator(mode="after")
    def _ordered(self) -> "DayHours":
        if self.start >= self.end:
            raise ValueError("the hours must end after they start")
        return self


ZoneName = Annotated[str, AfterValidator(_known_zone)]
Hours = Annotated[DayHours, BeforeValidator(_hours)]
E164 = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Voice(Part):
    """How one language is spoken and heard on calls, where the usual way won't do.

    `tag` is the carrier's code of the language (`es-MX`), `voice` the provider's own name of the
    voice. What isn't named stays as usual.
    """

    tag: str | None = None
    provider: Literal["Google", "Amazon", "ElevenLabs"] | None = None
    voice: str | None = None
    transcription: Literal["Google", "Deepgram"] | None = None
    speech_model: str | None = None


class Languages(Part):
    """The language spoken where the lead's own isn't known, and voices for calls."""

    default: LanguageTag = "en"
    voices: dict[LanguageTag, Voice] = Field(default_factory=dict)

    @property
    def expected(self) -> frozenset[str]:
        """The languages that the business counts on."""
        return frozenset((self.default, *self.voices))


class TwilioChannel(Part):
    """An account at Twilio and the numbers that belong to the business."""

    account_sid: str
    auth_token: SecretStr
    sms_from: E164 | None = None
    whatsapp_from: Annotated[str, Field(pattern=r"^whatsapp:\+[1-9]\d{6,14}$")] | None = None
    voice_from: E164 | None = None


class MetaChannel(Part):
    """A number at the WhatsApp Cloud API."""

    phone_number_id: str
    access_token: SecretStr
    app_secret: SecretStr
    verify_token: SecretStr


class WebChannel(Part):
    """The sites that may show the widget; empty means any."""

    origins: tuple[str, ...] = ()


class Channels(Part):
    """How leads reach the business."""

    twilio: TwilioChannel | None = None
    meta: MetaChannel | None = None
    web: WebChannel | None = None


class Criterion(Part):
    """What one criterion of the score is worth, and from where on."""

    points: int = Field(ge=0, le=100)
    minimum: float | None = Field(default=None, ge=0)
    within_days: int | None = Field(default=None, ge=1)


def _default_criteria() -> dict[str, Criterion]:
    return {
        "budget": Criterion(points=25),
        "authority": Criterion(points=20),
        "need": Criterion(points=25),
        "timeline": Criterion(points=30, within_days=30),
    }


class Qualification(Part):
    """How facts make a score, and from which score on a lead is qualified."""

    threshold: int = Field(default=70, ge=1)
    criteria: dict[str, Criterion] = Field(default_factory=_default_criteria)

    @model_validator(mode="after")
    def _reachable(self) -> "Qualification":
        most = sum(criterion.points for criterion in self.criteria.values())
        if self.threshold > most:
            raise ValueError(f"no lead can reach {self.threshold}: the criteria give {most} points")
        return self


class Callback(Part):
    """Whether, when and how often the voice agent rings a qualified lead."""

    enabled: bool = True
    consent: Literal["ask", "implied"] = "ask"
    call_hours: Hours = DayHours(start=time(8), end=time(21))
    attempts: int = Field(default=3, ge=1, le=10)
    within_seconds: int = Field(default=60, ge=1)
    retry_minutes: int = Field(default=15, ge=1)


class BookingRules(Part):
    """The grid on which slots lie, and how far ahead they may be."""

    step_minutes: int = Field(default=30, ge=5, le=240)
    notice_minutes: int = Field(default=60, ge=0)
    horizon_days: int = Field(default=60, ge=1, le=366)
    hold_minutes: int = Field(default=10, ge=1)
    closed: tuple[date, ...] = ()


class BookableService(Part):
    """What can be booked. Any one of `resources` does; `requires` wants one of each group."""

    id: Identifier
    name: str
    minutes: int = Field(ge=5, le=24 * 60)
    resources: tuple[str, ...] = ()
    requires: tuple[tuple[str, ...], ...] = ()
    buffer_before: int = Field(default=0, ge=0)
    buffer_after: int = Field(default=0, ge=0)
    hours: dict[str, str] | None = None

    @model_validator(mode="after")
    def _has_resources(self) -> "BookableService":
        if not self.resources and not self.requires:
            raise ValueError("name the resources that the service needs")
        return self


class Crm(Part):
    """Where leads are copied to: the built-in tables, and a webhook if one is named."""

    adapter: Literal["builtin", "webhook"] = "builtin"
    url: str | None = None
    secret: SecretStr | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Crm":
        if self.adapter == "webhook" and (self.url is None or self.secret is None):
            raise ValueError("the webhook adapter needs url and secret")
        return self


class ModelRules(Part):
    """Whether a language model may help, and how many tokens it may take a day (of the tenant's
    own time zone); past them the built-in understanding answers."""

    enabled: bool = True
    tokens_per_day: int | None = Field(default=None, ge=0)


class Tenant(Part):
    """One business."""

    tenant: Identifier
    name: str
    time_zone: ZoneName
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    vertical: str | None = None
    languages: Languages = Languages()
    hours: dict[str, str] = Field(default_factory=lambda: {"mon-fri": "09:00-17:00"})
    channels: Channels = Channels()
    qualification: Qualification = Qualification()
    callback: Callback = Callback()
    booking: BookingRules = BookingRules()
    services: tuple[BookableService, ...] = ()
    crm: Crm = Crm()
    model: ModelRules = ModelRules()
    knowledge: str | None = None

    @model_validator(mode="after")
    def _distinct_services(self) -> "Tenant":
        ids = [service.id for service in self.services]
        if repeated := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"services: the id {', '.join(sorted(repeated))} is there twice")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
