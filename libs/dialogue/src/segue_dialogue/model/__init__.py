"""The language model: it proposes facts and words; code checks both and decides."""

from segue_dialogue.model.client import Completion, ModelClient, model_from_env
from segue_dialogue.model.errors import ModelUnavailable, Reason
from segue_dialogue.model.messages import ChatMessage, Line, transcript
from segue_dialogue.model.prompting import UnknownPrompt, prompt
from segue_dialogue.model.proposal import (
    AnswerProposal,
    ProposedFact,
    TurnProposal,
    checked_facts,
)
from segue_dialogue.model.settings import ModelSettings
from segue_dialogue.model.wording import safe_wording

__all__ = [
    "AnswerProposal",
    "ChatMessage",
    "Completion",
    "Line",
    "ModelClient",
    "ModelSettings",
    "ModelUnavailable",
    "ProposedFact",
    "Reason",
    "TurnProposal",
    "UnknownPrompt",
    "checked_facts",
    "model_from_env",
    "prompt",
    "safe_wording",
    "transcript",
]
