"""What the control API accepts."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from segue_local.simulator.faults import DeliveryFault, RestFault, WebhookFaults
from segue_local.simulator.people import Action, Answers, PhonePerson, PickUp, Reaction


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SayRequest(_Request):
    """`fields` are further ones of the provider's own message, which outweigh the usual: of
    Twilio's form (`NumMedia`), or of the Cloud API's message (`type`, `audio`)."""

    text: str
    tenant: str
    channel: Literal["sms", "whatsapp", "meta"] = "sms"
    name: str = ""
    sid: str | None = None
    fields: dict[str, JsonValue] = {}


class SpeakRequest(_Request):
    text: str


class DtmfRequest(_Request):
    digits: str = Field(pattern=r"^[0-9*#A-D]+$")


Spoken = Annotated[Action, Field(discriminator="do")] | str


class ReactionRequest(_Request):
    """`{"hears": "budget", "does": ["about 3000", {"do": "hang_up"}]}`."""

    hears: str
    does: tuple[Spoken, ...]
    once: bool = False

    @field_validator("hears")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise ValueError(f"not a regular expression: {wrong}") from None
        return pattern


class ScriptRequest(_Request):
    """A person; `pick_up` is e.g. `{"how": "answers", "after": 2}` or `{"how": "when_told"}`."""

    script: list[ReactionRequest] = []
    default: tuple[Spoken, ...] = ()
    pick_up: Annotated[PickUp, Field(discriminator="how")] = Answers()
    hello: str | None = None
    lang: str = "en-US"
    chars_per_second: float | None = Field(default=None, gt=0)

    def person(self) -> PhonePerson:
        return PhonePerson(
            script=[Reaction(r.hears, r.does, r.once) for r in self.script],
            default=self.default,
            pick_up=self.pick_up,
            hello=self.hello,
            lang=self.lang,
            chars_per_second=self.chars_per_second,
        )


class PersonRequest(ScriptRequest):
    """Who answers `number`; `then` answers the calls after the first."""

    number: str
    then: list[ScriptRequest] = []

    def scripts(self) -> list[ScriptRequest]:
        return [self, *self.then]


class CallInRequest(ScriptRequest):
    number: str
    tenant: str


class FaultsRequest(_Request):
    rest: list[RestFault] = []
    delivery: list[DeliveryFault] = []
    webhooks: WebhookFaults | None = None
