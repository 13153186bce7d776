"""Every topic with its settings: the one place they are declared."""

from dataclasses import dataclass, field

DAY_MS = 24 * 60 * 60 * 1000
DEFAULT_PARTITIONS = 6
DEFAULT_RETENTION_DAYS = 7
DEAD_LETTER_RETENTION_DAYS = 30
# A turn carries a window of the transcript; the largest stays far below this.
MAX_MESSAGE_BYTES = 1_000_000


@dataclass(frozen=True)
class Topic:
    """A Kafka topic; records are keyed by the conversation ID (UTF-8 of the UUID)."""

    name: str
    purpose: str
    partitions: int = DEFAULT_PARTITIONS
    retention_days: int = DEFAULT_RETENTION_DAYS
    has_dead_letters: bool = True
    config: dict[str, str] = field(default_factory=dict, hash=False, compare=False)

    @property
    def settings(self) -> dict[str, str]:
        """Kafka's own topic settings."""
        return {
            "retention.ms": str(self.retention_days * DAY_MS),
            "cleanup.policy": "delete",
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            **self.config,
        }

    @property
    def dead_letters(self) -> "Topic":
        """The topic that takes what can't be handled, as the raw record with the reason."""
        return Topic(
            name=f"{self.name}.dlq",
            purpose=f"Records of {self.name} that could not be handled.",
            partitions=1,
            retention_days=DEAD_LETTER_RETENTION_DAYS,
            has_dead_letters=False,
            # The raw record plus headers that say why must still fit.
            config={"max.message.bytes": str(MAX_MESSAGE_BYTES * 2)},
        )


INBOUND = Topic("segue.conversation.inbound", "What leads write.")
TURNS_SALES = Topic("segue.turns.sales", "Turns for the sales agent.")
TURNS_BOOKING = Topic("segue.turns.booking", "Turns for the booking agent.")
TURNS_SUPPORT = Topic("segue.turns.support", "Turns for the support agent.")
REPLIES = Topic("segue.conversation.replies", "Agents' answers to turns.")
OUTBOUND = Topic("segue.conversation.outbound", "What is to be said, and what was refused.")
DELIVERY = Topic("segue.conversation.delivery", "What the carrier said of a delivery.")
CONTROL = Topic("segue.conversation.control", "Owner, consent, opt-outs and operators' commands.")
LEADS = Topic("segue.leads", "Scores and qualifications.")
CALLS = Topic("segue.calls", "Calls from the decision to ring to their outcome.")
BOOKINGS = Topic("segue.bookings", "Offers, holds and meetings.")
BOOKING_COMMANDS = Topic("segue.booking.commands", "What a call asks of the calendar.")
CRM = Topic("segue.crm", "What was written to the CRM.")

MAIN_TOPICS = (
    INBOUND, TURNS_SALES, TURNS_BOOKING, TURNS_SUPPORT, REPLIES, OUTBOUND, DELIVERY,
    CONTROL, LEADS, CALLS, BOOKINGS, BOOKING_COMMANDS, CRM,
)  # fmt: skip
ALL_TOPICS = MAIN_TOPICS + tuple(topic.dead_letters for topic in MAIN_TOPICS)
