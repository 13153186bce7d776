"""The CloudEvents envelope, and the one codec that every read and write goes through."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID, uuid5

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    JsonValue,
    SerializeAsAny,
    TypeAdapter,
    ValidationError,
)

from segue_common.events.personal import masked
from segue_common.events.topics import Topic

NAMESPACE = UUID("6f0e4c3a-7f0e-5b0a-9d9b-5e60e0a5e9c1")
CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"


class Model(BaseModel):
    """Base of every payload part: frozen, and unknown fields are ignored on reading."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class EventData(Model):
    """Base of a payload. A subclass names its `type` and its `topic` as class arguments.

    Without a topic it is an internal event, such as a timer's: handled where it arises, never
    published.
    """

    TYPE: ClassVar[str] = ""
    TOPIC: ClassVar[Topic | None] = None

    def __init_subclass__(cls, **kwargs: object) -> None:
        # The class arguments are read below, once pydantic has built the fields.
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, type: str = "", topic: Topic | None = None, **kwargs: Any
    ) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if not type:
            return
        if type in _TYPES:
            raise TypeError(f"the event type {type} is declared twice")
        cls.TYPE, cls.TOPIC = type, topic
        _TYPES[type] = cls


D = TypeVar("D", bound=EventData, covariant=True)
E = TypeVar("E", bound=EventData)


class Event(Model, Generic[D]):
    """One CloudEvents 1.0 event; `subject` is the conversation ID and the record's key."""

    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: UUID
    time: AwareDatetime
    datacontenttype: str = "application/json"
    tenant: str
    causationid: UUID | None = None
    data: SerializeAsAny[D]

    @property
    def conversation_id(self) -> UUID:
        return self.subject

    @property
    def topic(self) -> Topic:
        if self.data.TOPIC is None:
            raise TypeError(f"{self.type} is an internal event: it has no topic")
        return self.data.TOPIC

    def to_json(self) -> bytes:
        return self.model_dump_json().encode()

    def masked(self) -> dict[str, Any]:
        """The event as JSON-ready values without personal data."""
        envelope = self.model_dump(mode="json", exclude={"data"})
        return {**envelope, "data": masked(self.data)}


Payload = dict[str, JsonValue]
_TYPES: dict[str, type[EventData]] = {}
_UPCASTS: dict[str, tuple[str, Callable[[Payload], Payload]]] = {}
# Short words and a version: too little to hold a name, a number or a message.
_TYPE_FORM = re.compile(r"segue(\.[a-z_]{1,40}){1,4}\.v\d{1,3}")
_PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Payload)


class UnreadableEvent(ValueError):
    """A record's value is not an event of the contract."""


class UnknownEventType(UnreadableEvent):
    """A well-formed event whose type this version of the contract doesn't know."""


def event_types() -> dict[str, type[EventData]]:
    """Every current event type of the contract with its payload class."""
    return {name: data for name, data in _TYPES.items() if data.TOPIC is not None}


def parse_data(type: str, value: bytes) -> EventData:
    """Read a payload of a known type, internal ones included."""
    return _TYPES[type].model_validate_json(value)


def upcast(
    old: str, new: str
) -> Callable[[Callable[[Payload], Payload]], Callable[[Payload], Payload]]:
    """Declare how a payload of the type `old` becomes one of the type `new`."""

    def declare(function: Callable[[Payload], Payload]) -> Callable[[Payload], Payload]:
        _UPCASTS[old] = (new, function)
        return function

    return declare


def parse_event(value: bytes) -> Event[EventData]:
    """Read a record's value; raises `UnreadableEvent` with a reason that quotes no content."""
    try:
        fields = _PAYLOAD.validate_json(value)
    except ValidationError as error:
        raise UnreadableEvent("the value is not a JSON object") from error
    type_, data = fields.get("type"), fields.get("data")
    if not isinstance(type_, str) or not isinstance(data, dict):
        raise UnreadableEvent("the envelope has no type or no data object")
    while type_ in _UPCASTS:
        type_, function = _UPCASTS[type_]
        try:
            data = function(data)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"the upcast to {type_} failed: {type(error).__name__}"
            raise UnreadableEvent(reason) from error
    if type_ not in _TYPES:
        raise UnknownEventType(f"unknown event type{_shown(type_)}")
    try:
        return Event[EventData].model_validate(
            {**fields, "type": type_, "data": _TYPES[type_].model_validate(data)}
        )
    except ValidationError as error:
        places = ", ".join(".".join(map(str, line["loc"])) for line in error.errors()[:5])
        raise UnreadableEvent(f"{type_}: invalid or missing: {places}") from error


def _shown(type: str) -> str:
    """The type, unless it is something else than a type, which might be personal."""
    return f" {type}" if _TYPE_FORM.fullmatch(type) else ""


def readable_events(values: Iterable[bytes | None]) -> Iterator[Event[EventData]]:
    """The events among some records' values, for onlookers; what isn't one is passed over."""
    for value in values:
        with contextlib.suppress(UnreadableEvent):
            yield parse_event(value or b"")


def root_id(tenant: str, provider: str, provider_id: str) -> UUID:
    """The ID of an event whose cause lies outside: a provider's retry gets the same one."""
    return uuid5(NAMESPACE, f"{tenant}\n{provider}\n{provider_id}")


def derived_id(cause: UUID, type: str, index: int | str = 0) -> UUID:
    """The ID of an event that follows from another: computing it again gives the same one."""
    return uuid5(NAMESPACE, f"{cause}\n{type}\n{index}")


def root_event(
    data: E, *, id: UUID, source: str, tenant: str, conversation_id: UUID, time: datetime
) -> Event[E]:
    """An event that nothing inside Segue caused."""
    return Event(
        id=id, source=source, type=data.TYPE, subject=conversation_id, time=time,
        tenant=tenant, data=data,
    )  # fmt: skip


def caused_event(
    data: E, cause: Event[EventData], *, source: str, time: datetime, index: int | str = 0
) -> Event[E]:
    """An event that follows from `cause`, in the same conversation and tenant."""
    return Event(
        id=derived_id(cause.id, data.TYPE, index), source=source, type=data.TYPE,
        subject=cause.subject, time=time, tenant=cause.tenant, causationid=cause.id, data=data,
    )  # fmt: skip
