"""Scores, qualifications and the CRM: what the events of a lead tell."""

from segue_common.cli.tellings.telling import Telling, tell
from segue_common.cli.tellings.words import plain, quoted, score_words
from segue_common.events import (
    LeadQualified,
    LeadSynced,
    LeadUpdated,
    ModelSpent,
    Score,
    SyncFailed,
)


def _sum(score: Score) -> str:
    return f"{score.points} of {score.of} points, {score.threshold} qualify"


@tell.register
def _(data: LeadUpdated) -> Telling:
    lines = [score_words(line) for line in data.score.lines]
    if data.spent is not None:
        lines.append(_spent(data.spent))
    return Telling("score", _sum(data.score), tuple(lines))


def _spent(spent: ModelSpent) -> str:
    tokens = spent.prompt_tokens + spent.completion_tokens
    cost = f", {spent.cost:.4f} {spent.currency}" if spent.currency else ""
    return f"model so far: {spent.uses} times, {tokens} tokens{cost}"


@tell.register
def _(data: LeadQualified) -> Telling:
    reason = {"threshold": "reached the threshold", "asked_to_talk": "asked to talk"}[data.reason]
    said = f" {quoted(data.consent_quote)}" if data.consent_quote else ""
    return Telling(
        "qualified",
        f"{reason}: {_sum(data.score)}",
        (f"wants {data.topic}", f"consent to a call: {data.consent_to_call}{said}"),
    )


@tell.register
def _(data: LeadSynced) -> Telling:
    return Telling(
        "crm", f"{plain(data.stage)}, record {data.record_id} ({data.adapter}) at {data.revision}"
    )


@tell.register
def _(data: SyncFailed) -> Telling:
    return Telling("crm", f"not written ({data.adapter}): {data.reason}")
