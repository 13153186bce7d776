"""What the chat's sessions and sockets can ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from segue_common.events import MessageReceived, root_event, root_id
from segue_common.runtime.clock import Clock
from segue_common.runtime.database import Pool
from segue_common.runtime.processor import Arrival
from segue_common.runtime.tracing import entering_trace
from segue_common.tenants import Tenant

from segue_ingest import metrics
from segue_ingest.chat.delivered import HandedOver
from segue_ingest.chat.frames import Say
from segue_ingest.chat.hub import Hub
from segue_ingest.chat.rate_limit import RateLimit
from segue_ingest.domain.addresses import Identity
from segue_ingest.domain.sessions import LIFETIME, Session, seal, unseal
from segue_ingest.intake import SOURCE, LateProcessor
from segue_ingest.settings import IngestSettings
from segue_ingest.store.fences import Fences
from segue_ingest.whois import WhoIsWho

PROVIDER = "web"


class TooMuch(Exception):
    """The limit is reached; more is taken after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class NotTaken(Exception):
    """A message can't be handled, however often it is sent."""


@dataclass(frozen=True)
class ChatDesk:
    """The servers and parts that chats share in one process."""

    pool: Pool
    fences: Fences
    hub: Hub
    limits: RateLimit
    handed_over: HandedOver
    who_is_who: WhoIsWho
    processor: LateProcessor
    tenants: Mapping[str, Tenant]
    settings: IngestSettings
    clock: Clock

    @property
    def _secret(self) -> bytes:
        return self.settings.session_secret.get_secret_value().encode()

    async def open(self, tenant: str, former: str | None) -> tuple[Session, str]:
        """A session and its token: the former one, prolonged, or a new visitor's."""
        now = self.clock()
        session = self.session_of(former, tenant) if former else None
        visitor = session.visitor if session else uuid4()
        if session is None:
            party = await self.who_is_who.resolve(tenant, [Identity("web", str(visitor))])
            session = Session(
                tenant=tenant,
                visitor=visitor,
                conversation_id=party.conversation_id,
                expires_at=now + LIFETIME,
            )
        session = session.model_copy(update={"expires_at": now + LIFETIME})
        return session, seal(session, self._secret)

    def session_of(self, token: str, tenant: str) -> Session | None:
        """The session of a token, if it is valid for this tenant now."""
        return unseal(token, self._secret, tenant=tenant, now=self.clock())

    async def say(self, session: Session, frame: Say) -> UUID:
        """Take the lead's words; returns their message ID once the broker has them.

        They are handled like any event that reaches ingest: number, outbox row and the mark that
        they were seen are one transaction, and a repeat only makes sure that they got out.
        """
        now = self.clock()
        visitor = str(session.visitor)
        most = self.settings.chat_messages_per_minute
        if wait := await self.limits.wait("say", visitor, most, now):
            raise TooMuch(wait)
        party = await self.who_is_who.resolve(session.tenant, [Identity("web", visitor)])
        provider_id = f"{visitor}/{frame.client_id}"
        event = root_event(
            MessageReceived(
                channel="web",
                provider=PROVIDER,
                provider_message_id=provider_id,
                address=visitor,
                contact=party.contact,
                text=frame.text,
            ),
            id=root_id(session.tenant, PROVIDER, provider_id),
            source=SOURCE,
            tenant=session.tenant,
            conversation_id=session.conversation_id,
            time=now,
        )
        if await self.processor.process([Arrival(event, entering_trace())]):
            raise NotTaken
        metrics.INBOUND.labels(session.tenant, "web").inc()
        return event.id
