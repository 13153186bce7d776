"""Owner, consent, opt-outs and operators' commands: what their events tell."""

from segue_common.cli.tellings.telling import Telling, tell
from segue_common.cli.tellings.words import quoted
from segue_common.events import (
    ConsentChanged,
    LanguageChanged,
    OptOutChanged,
    OwnershipChanged,
    PersonSaid,
    PersonWanted,
    ReleaseRequested,
    TakeoverRequested,
)


@tell.register
def _(data: TakeoverRequested) -> Telling:
    return Telling(data.person, f"takes over{f' ({data.reason})' if data.reason else ''}")


@tell.register
def _(data: ReleaseRequested) -> Telling:
    return Telling(data.person, "gives the conversation back")


@tell.register
def _(data: PersonSaid) -> Telling:
    return Telling(data.person, f"wants said {quoted(data.text)}")


@tell.register
def _(data: OwnershipChanged) -> Telling:
    owner = data.person or "a person" if data.owner == "person" else "the agents"
    return Telling("router", f"the conversation is with {owner} (epoch {data.epoch})")


@tell.register
def _(data: OptOutChanged) -> Telling:
    what = "no more messages and calls" if data.opted_out else "messages and calls again"
    return Telling("router", f"{what}: {quoted(data.quote)} by {data.channel}")


@tell.register
def _(data: ConsentChanged) -> Telling:
    return Telling("router", f"consent to a call {data.state} {quoted(data.quote)}")


@tell.register
def _(data: LanguageChanged) -> Telling:
    return Telling("router", f"the conversation goes on in {data.language}")


@tell.register
def _(data: PersonWanted) -> Telling:
    return Telling("router", f"a person is wanted: {data.reason}")
