"""What the carrier remembers: messages, calls, webhooks and problems, with their times."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Direction = Literal["inbound", "outbound-api", "outbound-reply"]


@dataclass(frozen=True)
class Moment:
    """One instant on both clocks: wall time for people, monotonic seconds for measuring."""

    wall: datetime
    monotonic: float

    @classmethod
    def now(cls) -> "Moment":
        return cls(datetime.now(UTC), time.monotonic())


@dataclass
class MessageRecord:
    sid: str
    account_sid: str
    to: str
    from_: str
    body: str
    direction: Direction
    status: str
    provider: Literal["twilio", "meta"] = "twilio"
    at: Moment = field(default_factory=Moment.now)
    order: int = 0
    status_callback: str | None = None
    messaging_service_sid: str | None = None
    content_sid: str | None = None
    content_variables: str | None = None
    error_code: int | None = None
    answer_lost: bool = False
    history: list[tuple[str, Moment]] = field(default_factory=list)

    @property
    def outgoing(self) -> bool:
        return self.direction != "inbound"

    def becomes(self, status: str) -> None:
        self.status = status
        self.history.append((status, Moment.now()))


@dataclass(frozen=True)
class Utterance:
    """Something said on a call; `cut` when the person spoke over it and heard only this much."""

    who: Literal["agent", "person", "machine"]
    text: str
    at: Moment
    cut: bool = False


@dataclass
class CallRecord:
    sid: str
    account_sid: str
    to: str
    from_: str
    direction: Literal["inbound", "outbound-api"]
    status: str = "queued"
    at: Moment = field(default_factory=Moment.now)
    order: int = 0
    started: Moment | None = None
    ended: Moment | None = None
    answered_by: str | None = None
    answer_lost: bool = False
    transcript: list[Utterance] = field(default_factory=list)
    history: list[tuple[str, Moment]] = field(default_factory=list)
    frames: list[dict[str, object]] = field(default_factory=list)
    bad_frames: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    relay: dict[str, str] = field(default_factory=dict)  # the attributes of ConversationRelay
    handoff_data: str | None = None
    session_status: str | None = None
    finished: bool = False  # every callback of the call has been posted

    def becomes(self, status: str) -> None:
        self.status = status
        self.history.append((status, Moment.now()))

    def says(
        self, who: Literal["agent", "person", "machine"], text: str, cut: bool = False
    ) -> None:
        self.transcript.append(Utterance(who, text, Moment.now(), cut))

    @property
    def seconds(self) -> int:
        """Billed length: whole seconds from answer to end, at least 1 when it was answered."""
        if self.started is None or self.ended is None:
            return 0
        return max(1, round(self.ended.monotonic - self.started.monotonic))

    @property
    def agent_said(self) -> list[str]:
        return [u.text for u in self.transcript if u.who == "agent"]


@dataclass(frozen=True)
class WebhookRecord:
    """One attempt to post to the system; `status` 0 means that no answer came."""

    url: str
    attempt: int
    status: int
    at: Moment
    seconds: float


@dataclass(frozen=True)
class Problem:
    """An entry in the provider's debugger, e.g. 11200 (no TwiML), 64107 (bad relay frame)."""

    code: int
    detail: str
    subject: str
    at: Moment = field(default_factory=Moment.now)
