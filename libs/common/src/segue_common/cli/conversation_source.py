"""Fetches a conversation over HTTP: from ingest as an operator, or from the router directly."""

import argparse
import json
import urllib.error
import urllib.request
from uuid import UUID

from pydantic import JsonValue, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from segue_common.cli.errors import CommandError
from segue_common.events import Event, EventData, UnknownEventType, parse_event

TIMEOUT_SECONDS = 10.0


class ConversationSource(BaseSettings):
    """Where conversations are read, and the token for it."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_")

    public_url: str = "http://127.0.0.1:8080"
    operator_token: SecretStr | None = None
    router_url: str | None = None
    internal_token: SecretStr | None = None

    def way(self) -> tuple[str, SecretStr]:
        """The base URL and the token; the router where both are set for it."""
        if self.router_url and self.internal_token:
            return self.router_url, self.internal_token
        if self.operator_token is None:
            raise CommandError(
                "reading a conversation needs SEGUE_OPERATOR_TOKEN (and SEGUE_PUBLIC_URL), or "
                "SEGUE_ROUTER_URL and SEGUE_INTERNAL_TOKEN"
            )
        return self.public_url, self.operator_token


_ANSWER: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def conversation_id(text: str) -> UUID:
    """For argparse: a conversation's ID."""
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no conversation ID, a UUID") from None


def fetch_conversation(source: ConversationSource, conversation: UUID) -> dict[str, JsonValue]:
    """The answer as JSON: `conversation_id`, `state` and `events`."""
    base, token = source.way()
    request = urllib.request.Request(  # noqa: S310  # the operator's own URL
        f"{base.rstrip('/')}/v1/conversations/{conversation}",
        headers={"authorization": f"Bearer {token.get_secret_value()}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            return _ANSWER.validate_json(response.read())
    except urllib.error.HTTPError as error:
        raise CommandError(f"{base} answers {error.code}: {_detail(error)}") from error
    except (OSError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise CommandError(f"{base} gives no conversation: is that the right URL?") from error
        reason = getattr(error, "reason", error)
        raise CommandError(f"{base} doesn't answer ({reason}); does Segue run there?") from error


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(_ANSWER.validate_json(error.read()).get("detail", error.reason))
    except (ValidationError, OSError):
        return str(error.reason)


def events_of(answer: dict[str, JsonValue]) -> list[Event[EventData]]:
    """The events of an answer; types that this version doesn't know are left out."""
    events = []
    listed = answer.get("events")
    for value in listed if isinstance(listed, list) else []:
        try:
            events.append(parse_event(json.dumps(value).encode()))
        except UnknownEventType:
            continue
    return events
