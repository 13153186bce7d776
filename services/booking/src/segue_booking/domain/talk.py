"""What the booking agent remembers of one conversation between turns."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime
from segue_common.events import Model, TimeWish

# As the router sends them back, where the answer is for this agent.
Question = Literal[
    "choose_slot", "confirm_booking", "confirm_cancel", "booking_time", "booking_service",
    "booking_person",
]  # fmt: skip

# Nobody asks again for something that is so many requests old.
MOST_ANSWERS = 20


class Answered(Model):
    """The answer to a command, to give it again if the command comes again."""

    request_id: UUID
    type: str
    data: str


class Talk(Model):
    """`offered` are starts, in order of time; `hold` is kept while `asks` waits for its yes, and
    `wishes` while it waits for the service. `turn` is the one answered last."""

    asks: Question | None = None
    offered: tuple[AwareDatetime, ...] = ()
    service: str | None = None
    hold: UUID | None = None
    wishes: tuple[TimeWish, ...] = ()
    answers: tuple[Answered, ...] = ()
    turn: UUID | None = None

    def asking(self, question: Question | None, offered: tuple[AwareDatetime, ...] = ()) -> "Talk":
        """After a turn that asked this, with these offers."""
        return self.model_copy(
            update={"asks": question, "offered": offered, "hold": None, "wishes": ()}
        )

    def answered(self, answer: Answered) -> "Talk":
        """With one more answer to a command."""
        return self.model_copy(update={"answers": (*self.answers, answer)[-MOST_ANSWERS:]})

    def answer_to(self, request_id: UUID) -> Answered | None:
        """What was answered to that command, if it has been."""
        return next((one for one in self.answers if one.request_id == request_id), None)
