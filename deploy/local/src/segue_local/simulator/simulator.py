"""The carrier simulator: one object, one loopback port, everything that the carriers do."""

from collections.abc import Iterable, Mapping
from types import TracebackType

from starlette.applications import Starlette

from segue_local.simulator.carrier import Carrier, Timing
from segue_local.simulator.control import ControlApi
from segue_local.simulator.faults import DeliveryFault, FaultPlan, RestFault
from segue_local.simulator.leads import Channel, ChatLead
from segue_local.simulator.ledger import Ledger
from segue_local.simulator.lines import Ingress, Lines, TenantLine
from segue_local.simulator.live_call import LiveCall
from segue_local.simulator.meta import MetaDesk
from segue_local.simulator.meta_webhooks import MetaLead, MetaWebhooks
from segue_local.simulator.people import PhonePerson
from segue_local.simulator.records import CallRecord, MessageRecord, Problem, WebhookRecord
from segue_local.simulator.rest_calls import CallsDesk
from segue_local.simulator.rest_messages import MessagesDesk
from segue_local.simulator.server import InProcessServer
from segue_local.simulator.switchboard import Switchboard
from segue_local.simulator.webhooks import RetryPolicy, WebhookPoster

DEFAULT_PORT = 8090
DEFAULT_ACCOUNT = "AC" + "0" * 32
DEFAULT_TOKEN = "simulated-auth-token"  # noqa: S105  a stand-in, valid only here


class CarrierSimulator:
    """`async with CarrierSimulator(accounts={sid: token}, system_url=...) as sim`.

    `public_url` is the system's SEGUE_PUBLIC_URL, which webhooks are signed over (default: the
    `system_url`, where ingest listens); requests under it for voice paths go to `voice_url`.
    `port` 0 takes a free one; `url` is then the base URL for SEGUE_TWILIO_API_BASE and
    SEGUE_META_API_BASE. `max_records` bounds memory: older messages and calls are forgotten.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        accounts: Mapping[str, str] | None = None,
        tenants: Iterable[TenantLine] = (),
        system_url: str = "http://127.0.0.1:8080",
        voice_url: str | None = None,
        public_url: str | None = None,
        timing: Timing | None = None,
        retry: RetryPolicy | None = None,
        max_records: int | None = None,
    ) -> None:
        faults = FaultPlan()
        ingress = Ingress(public_url or system_url, system_url, voice_url)
        named = {line.tenant: line for line in tenants}
        self._carrier = Carrier(
            lines=Lines(accounts or {DEFAULT_ACCOUNT: DEFAULT_TOKEN}, named),
            ingress=ingress,
            poster=WebhookPoster(ingress, faults, retry or RetryPolicy()),
            faults=faults,
            timing=timing or Timing(),
            messages=Ledger(max_records),
            calls=Ledger(max_records),
        )
        self._switchboard = Switchboard(self._carrier)
        self.meta = MetaWebhooks(self._carrier)
        app = Starlette(
            routes=[
                *MessagesDesk(self._carrier).routes(),
                *CallsDesk(self._carrier, self._switchboard).routes(),
                *ControlApi(self).routes(),
                *MetaDesk(self._carrier, self.meta).routes(),
            ]
        )
        self._server = InProcessServer(app, host, port)
        self.url = self._server.url

    async def __aenter__(self) -> "CarrierSimulator":
        await self._carrier.poster.open()
        await self._server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._carrier.messages.close()
        self._carrier.calls.close()
        await self._carrier.background.stop()
        await self._server.stop()
        await self._carrier.poster.close()

    # What was recorded

    @property
    def messages(self) -> list[MessageRecord]:
        """Every message that the carrier accepted from the system, in order."""
        return [message for message in self._carrier.messages if message.outgoing]

    @property
    def inbound(self) -> list[MessageRecord]:
        """Every message that people wrote, in order."""
        return [message for message in self._carrier.messages if not message.outgoing]

    @property
    def message_ledger(self) -> Ledger[MessageRecord]:
        return self._carrier.messages

    @property
    def call_ledger(self) -> Ledger[CallRecord]:
        return self._carrier.calls

    @property
    def calls(self) -> list[CallRecord]:
        """Every call that the carrier accepted or received, in order."""
        return list(self._carrier.calls)

    @property
    def webhooks(self) -> list[WebhookRecord]:
        """The latest attempts to post to the system."""
        return list(self._carrier.poster.attempts)

    @property
    def problems(self) -> list[Problem]:
        """The provider's debugger: everything that the system did wrong."""
        return list(self._carrier.problems)

    @property
    def faults(self) -> FaultPlan:
        return self._carrier.faults

    # Who takes part

    def lead(
        self,
        number: str,
        *,
        tenant: str,
        channel: Channel = "sms",
        name: str = "",
        user_id: str | None = None,
    ) -> ChatLead:
        return ChatLead(self._carrier, tenant, channel, number, name, user_id)

    def meta_lead(
        self, number: str, *, tenant: str, name: str = "", user_id: str | None = None
    ) -> MetaLead:
        return MetaLead(self._carrier, self.meta, tenant, number, name, user_id)

    def person(self, number: str, *people: PhonePerson) -> None:
        """Who answers this number; several people answer successive calls, the last for good."""
        self._switchboard.people.put(number, *people)

    def fault(self, *faults: RestFault | DeliveryFault) -> None:
        self._carrier.faults.add(*faults)

    def close_whatsapp_window(self, tenant: str, number: str) -> None:
        """As if the person had last written more than a day ago."""
        line = self._carrier.lines.of(tenant)
        self._carrier.permissions.close_window(f"whatsapp:{line.number}", f"whatsapp:{number}")

    # Calls

    def call_in(self, number: str, *, tenant: str, person: PhonePerson) -> CallRecord:
        """The person rings the tenant's number."""
        return self._switchboard.ring_in(tenant, number, person)

    def live_call(self, sid: str) -> LiveCall | None:
        """The person's end of a call in progress: say, dtmf, hang_up, answer."""
        return self._switchboard.live(sid)

    async def call_to(self, number: str, deadline: float = 10.0, after: int = 0) -> CallRecord:
        """The first call to or from a number whose order is above `after`."""

        def found() -> CallRecord | None:
            return next((c for c in self._carrier.calls.about(number) if c.order > after), None)

        call = await self._carrier.calls.until(number, found, deadline)
        if call is None:
            raise TimeoutError(f"no call within {deadline:g} s")
        return call

    async def call_finished(self, call: CallRecord, deadline: float = 30.0) -> CallRecord:
        """Waits until the call is over and its last callback has been answered."""
        done = await self._carrier.calls.until(
            call.to, lambda: call if call.finished else None, deadline
        )
        if done is None:
            raise TimeoutError(f"the call is still {call.status} after {deadline:g} s")
        return done

    def reset(self) -> None:
        """Forgets records, faults, opt-outs, windows and people; calls in progress go on."""
        self._carrier.messages.clear()
        self._carrier.calls.clear()
        self._carrier.poster.attempts.clear()
        self._carrier.problems.clear()
        self._carrier.faults.clear()
        self._carrier.permissions.clear()
        self._switchboard.people.clear()
