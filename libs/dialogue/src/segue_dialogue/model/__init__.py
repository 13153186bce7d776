"""The language model: it proposes facts and words; code checks both and decides."""

from segue_dialogue.model.asking import Asked, TurnModel, open_model
from segue_dialogue.model.client import Completion, ModelClient
from segue_dialogue.model.errors import ModelUnavailable, Reason
from segue_dialogue.model.evidence import Ground, gives_orders
from segue_dialogue.model.messages import ChatMessage, Line, transcript
from segue_dialogue.model.metrics import count_use
from segue_dialogue.model.prompting import Instructions, UnknownPrompt, prompt
from segue_dialogue.model.proposal import (
    AnswersProposal,
    Checked,
    OneAnswer,
    ProposedFact,
    ProposedWish,
    TurnProposal,
    VoiceProposal,
    checked,
)
from segue_dialogue.model.sentences import Sentences
from segue_dialogue.model.settings import ModelSettings
from segue_dialogue.model.wording import Setting, WordingRefusal, refused_wording

__all__ = [
    "AnswersProposal",
    "Asked",
    "ChatMessage",
    "Checked",
    "Completion",
    "Ground",
    "Instructions",
    "Line",
    "ModelClient",
    "ModelSettings",
    "ModelUnavailable",
    "OneAnswer",
    "ProposedFact",
    "ProposedWish",
    "Reason",
    "Sentences",
    "Setting",
    "TurnModel",
    "TurnProposal",
    "UnknownPrompt",
    "VoiceProposal",
    "WordingRefusal",
    "checked",
    "count_use",
    "gives_orders",
    "open_model",
    "prompt",
    "refused_wording",
    "transcript",
]
