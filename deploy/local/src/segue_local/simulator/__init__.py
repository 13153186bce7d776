"""The carrier simulator: Twilio's and Meta's side over HTTP and WebSocket, on loopback."""

from segue_local.simulator.carrier import Timing
from segue_local.simulator.faults import DeliveryFault, FaultPlan, RestFault, WebhookFaults
from segue_local.simulator.leads import ChatLead
from segue_local.simulator.lines import MetaNumber, TenantLine
from segue_local.simulator.listener import HeardNothing
from segue_local.simulator.meta_webhooks import MetaLead
from segue_local.simulator.people import (
    Answers,
    Busy,
    Dtmf,
    HangUp,
    Interrupt,
    Machine,
    NoAnswer,
    PhoneLine,
    PhonePerson,
    Reaction,
    Say,
    Silence,
    Unreachable,
    WhenTold,
    on,
)
from segue_local.simulator.records import CallRecord, MessageRecord, Problem
from segue_local.simulator.simulator import (
    DEFAULT_ACCOUNT,
    DEFAULT_PORT,
    DEFAULT_TOKEN,
    CarrierSimulator,
)
from segue_local.simulator.webhooks import RetryPolicy

__all__ = [
    "DEFAULT_ACCOUNT",
    "DEFAULT_PORT",
    "DEFAULT_TOKEN",
    "Answers",
    "Busy",
    "CallRecord",
    "CarrierSimulator",
    "ChatLead",
    "DeliveryFault",
    "Dtmf",
    "FaultPlan",
    "HangUp",
    "HeardNothing",
    "Interrupt",
    "Machine",
    "MessageRecord",
    "MetaLead",
    "MetaNumber",
    "NoAnswer",
    "PhoneLine",
    "PhonePerson",
    "Problem",
    "Reaction",
    "RestFault",
    "RetryPolicy",
    "Say",
    "Silence",
    "TenantLine",
    "Timing",
    "Unreachable",
    "WebhookFaults",
    "WhenTold",
    "on",
]
