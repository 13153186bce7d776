"""What the qualifier tells itself: a turn for a language model, and what came of it."""

from segue_common.events import EventData, Model, ModelUse, SalesTurnRequested
from segue_common.events.personal import PersonalText
from segue_dialogue.model import TurnProposal


class ModelTurn(Model):
    """The payload of a job that asks the model; `goal` is what the answer does, and is empty
    where no words of a model's are wanted, `follows` what our own words say."""

    request: SalesTurnRequested
    goal: str
    follows: PersonalText = ""


class ModelAnswered(EventData, type="segue.internal.qualifier.model_answered.v1"):
    """The model's proposal for a turn; without one `use.fell_back` says why. `instructions` are
    what the model was told, which it may not repeat."""

    request: SalesTurnRequested
    instructions: str = ""
    proposal: TurnProposal | None
    use: ModelUse
