"""What the qualifier tells itself: a turn for a language model, and what came of it."""

from segue_common.events import EventData, Model, ModelUse, SalesTurnRequested
from segue_dialogue.model import TurnProposal


class ModelTurn(Model):
    """The payload of a job that asks the model; `goal` is what its words should do."""

    request: SalesTurnRequested
    goal: str


class ModelAnswered(EventData, type="segue.internal.qualifier.model_answered.v1"):
    """The model's proposal for a turn; without one `use.fell_back` says why."""

    request: SalesTurnRequested
    goal: str
    proposal: TurnProposal | None
    use: ModelUse
