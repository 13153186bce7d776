"""Ends calls as the carrier does, so that none is asked after while something else is measured."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from segue_local.simulator import DEFAULT_ACCOUNT

from bench.bench import Bench
from bench.tap import Taken
from bench.webhooks import OUR_NUMBER, Provider

LINES = 16


def voice_provider(bench: Bench) -> Provider:
    """The carrier's side of the voice routes, which has no proxy before it here."""
    url = bench.lab.system.processes["voice-bridge"].url
    return Provider(url, lines=LINES, signed_as=bench.lab.ingest)


def form_of(call: Taken, status: str) -> dict[str, str]:
    """What every webhook about a call says."""
    return {
        "CallSid": call.sid, "AccountSid": DEFAULT_ACCOUNT, "CallStatus": status,
        "From": OUR_NUMBER, "To": call.number, "Direction": "outbound-api",
        "ApiVersion": "2010-04-01",
    }  # fmt: skip


async def hang_up(bench: Bench, calls: Sequence[Taken], status: str) -> None:
    """Report the end of each call; much may follow from it, which `Bench.settle` waits for."""
    voice = voice_provider(bench)

    async def end(call: Taken) -> None:
        path = urlsplit(call.url).path.removesuffix("/twiml") + "/status"
        posted = await voice.post(path, form_of(call, status) | {"CallDuration": "30"})
        if posted.status >= 300:
            raise RuntimeError(f"the end of a call got {posted.status}")

    await asyncio.gather(*(end(call) for call in calls))
    voice.close()
