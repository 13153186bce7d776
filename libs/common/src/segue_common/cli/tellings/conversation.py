"""Messages, turns and what leaves: what the events of the chat tell."""

from segue_common.cli.tellings.telling import Telling, tell
from segue_common.cli.tellings.words import fact_words, joined, plain, quoted, wish_words
from segue_common.events import (
    DeliveryUpdated,
    FormSubmitted,
    MessageReceived,
    SendRefused,
    SendRequested,
    TurnCompleted,
    TurnRequest,
)


@tell.register
def _(data: MessageReceived) -> Telling:
    kinds = [attachment.content_type for attachment in data.attachments]
    more = joined(
        f"with {', '.join(kinds)}" if kinds else None,
        f"the carrier heard {data.carrier_keyword!r}" if data.carrier_keyword else None,
    )
    return Telling("lead", f"by {data.channel} {quoted(data.text)}{f' ({more})' if more else ''}")


@tell.register
def _(data: FormSubmitted) -> Telling:
    return Telling("lead", f"by the contact form {quoted(data.text)}")


@tell.register
def _(data: TurnRequest) -> Telling:
    return Telling(
        "router",
        f"asks {data.agent}: {data.reading.intent} ({data.reading.confidence:.0%})",
        tuple(quoted(line.text) for line in data.new_messages),
    )


@tell.register
def _(data: TurnCompleted) -> Telling:
    decided = joined(
        f"asks for {plain(data.question)}" if data.question else None,
        f"passes on to {data.hand_off.to} ({data.hand_off.reason})" if data.hand_off else None,
        f"wants a person ({data.wants_person})" if data.wants_person else None,
        None if data.says else "says nothing",
    )
    return Telling(f"{data.agent} agent", decided or "answers", tuple(_learned(data)))


def _learned(data: TurnCompleted) -> list[str]:
    lines = [f"heard {fact_words(fact)}" for fact in data.facts]
    if data.consent:
        lines.append(f"heard call consent {data.consent.state} {quoted(data.consent.quote)}")
    if data.hand_off and data.hand_off.wishes:
        lines.append(f"wished {'; '.join(wish_words(wish) for wish in data.hand_off.wishes)}")
    if data.sources:
        lines.append(f"from {', '.join(data.sources)}")
    if use := data.model_use:
        fell = f", fell back: {use.fell_back}" if use.fell_back else ""
        tokens = use.prompt_tokens + use.completion_tokens
        cost = f", {use.cost:.4f} {use.currency}" if use.cost is not None else ""
        lines.append(f"model {use.model}, {tokens} tokens{cost}, {use.seconds:.1f} s{fell}")
    return lines


@tell.register
def _(data: SendRequested) -> Telling:
    who = {"agent": "segue", "person": "person", "lead": "lead"}[data.speaker]
    return Telling(who, f"by {data.channel} {quoted(data.text)}")


@tell.register
def _(data: SendRefused) -> Telling:
    return Telling("router", f"held back: {plain(data.reason)}", (quoted(data.text),))


@tell.register
def _(data: DeliveryUpdated) -> Telling:
    error = f", error {data.error}" if data.error else ""
    return Telling("carrier", f"{data.status} ({data.provider}, {data.channel}{error})")
