"""The frames between widget and server: JSON objects with a `type`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from segue_common.runtime.problems import kind_of

from segue_ingest.domain.cleaning import clean
from segue_ingest.store.web_messages import WebMessage

LONGEST_FRAME = 32_768
# Somebody who pastes ten thousand signs is answered too.
LONGEST_TEXT = 12_000


class Say(BaseModel):
    """The lead says something. The same `client_id` again is the same message."""

    type: Literal["say"]
    client_id: str = Field(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class Ping(BaseModel):
    """Keeps the connection open through proxies; answered by a status frame."""

    type: Literal["ping"]


Incoming = Say | Ping
_INCOMING: TypeAdapter[Incoming] = TypeAdapter(Annotated[Say | Ping, Field(discriminator="type")])


class BadFrame(ValueError):
    """A frame that can't be taken; `field` names what is wrong, if it is one field."""

    def __init__(self, status: int, detail: str, client_id: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.client_id = client_id


def read(text: str) -> Incoming:
    """Parse a frame; raises `BadFrame` with an explanation that the widget's author can use."""
    if len(text) > LONGEST_FRAME:
        raise BadFrame(413, f"A frame may have {LONGEST_FRAME} characters.")
    try:
        frame = _INCOMING.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        status = 422 if place else 400
        raise BadFrame(
            status, f"{place}: {first['msg']}" if place else first["msg"], _client_id(text)
        ) from error
    if isinstance(frame, Say) and not (said := clean(frame.text).strip()):
        raise BadFrame(422, "text: there is nothing in it", frame.client_id)
    return frame if isinstance(frame, Ping) else frame.model_copy(update={"text": said})


def _client_id(text: str) -> str | None:
    """The name of a frame that is otherwise wrong, so that the widget can mark it."""

    class Named(BaseModel):
        client_id: str = Field(max_length=100)

    try:
        return Named.model_validate_json(text).client_id
    except ValidationError:
        return None


Frame = dict[str, object]


def message(item: WebMessage) -> Frame:
    """Something said, with its number."""
    frame: Frame = {
        "type": "message",
        "number": item.number,
        "role": item.role,
        "text": item.text,
        "at": _time(item.at),
        "message_id": str(item.message_id),
    }
    return frame | {"client_id": item.client_id} if item.client_id else frame


def ack(client_id: str, message_id: UUID) -> Frame:
    """What the lead said is on the broker."""
    return {"type": "ack", "client_id": client_id, "message_id": str(message_id)}


def typing() -> Frame:
    """An answer is being made; it ends with the next message."""
    return {"type": "typing", "role": "agent"}


def status(conversation_id: UUID, owner: str) -> Frame:
    """Who answers: the agents or a person."""
    return {
        "type": "status",
        "state": "open",
        "conversation_id": str(conversation_id),
        "answered_by": owner,
    }


def error(
    status: int, detail: str, *, client_id: str | None = None, retry_after: int | None = None
) -> Frame:
    """What is wrong, in the terms of a problem document (RFC 9457)."""
    kind, title = kind_of(status)
    frame: Frame = {
        "type": "error",
        "problem": kind,
        "status": status,
        "title": title,
        "detail": detail,
        "client_id": client_id,
        "retry_after": retry_after,
    }
    return {name: value for name, value in frame.items() if value is not None}


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
