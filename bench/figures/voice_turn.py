"""How soon an agent on the phone begins to answer, with 50 calls at once."""

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from segue_local.simulator.signing import TWILIO_HEADER, sign_twilio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.bench import Bench, Results
from bench.calls import form_of, hang_up, voice_provider
from bench.figures.numbers import median, percentile
from bench.figures.speed_to_lead import WORDS
from bench.load import new_number
from bench.tap import Taken
from bench.webhooks import OUR_NUMBER, Provider

CALLS = 50
MODEL_SECONDS = 0.3
MOSTLY = 0.95  # of the turns are to be answered with the model's words
RINGS_SECONDS = 120.0
# People on a call say something every few seconds.
PAUSE_SECONDS = (1.0, 3.0)
# Whatever was asked, each of these is answered without the calendar, and none ends the call: so
# the same six go round. They are understood in full all the same.
SAID = (
    "Sorry, who is this? My wife told me somebody would ring on Tuesday",
    "How did you get my number?",
    "Could you say that again please? I was about to pay two thousand dollars for it",
    "Yes, one of them would be good for me",
    "Who are you again? We are four people and it is for my daughter",
    "Where did you get this number? I wrote to three of you last week",
)
ANSWER_SECONDS = 20.0


async def measure(bench: Bench) -> Results:
    """The bench is the carrier of 50 calls that the system has placed: from each prompt to the
    first token of the answer. Then the same with a language model of a fixed delay, whose words
    come before ours: what is added to that delay is the overhead."""
    p50, p99, overhead = [], [], []
    for _ in range(bench.rounds):
        prompts = int(bench.pick(8, 20))
        waits = await _calls(bench, prompts)
        p50.append(percentile(waits, 0.5))
        p99.append(percentile(waits, 0.99))
        bench.say(f"voice_turn: p50 {p50[-1]:.1f}, p99 {p99[-1]:.1f} ms of {len(waits)} turns")
        async with _a_model(bench):
            added = _added(await _calls(bench, prompts))
        overhead.append(percentile(added, 0.5))
        bench.say(f"voice_turn: a model adds {overhead[-1]:.1f}, p99 {percentile(added, 0.99):.1f}")
    return {
        "voice_turn.p50_ms": median(p50),
        "voice_turn.p99_ms": median(p99),
        "voice_turn.llm_overhead_ms": median(overhead),
    }


def _added(waits: list[float]) -> list[float]:
    """What came on top of the model's own time. A turn that something else came in upon is answered
    without the model, which may happen now and then."""
    added = [wait - MODEL_SECONDS * 1e3 for wait in waits]
    with_model = [one for one in added if one >= 0]
    if len(with_model) < len(added) * MOSTLY:
        raise RuntimeError(f"only {len(with_model)} of {len(added)} turns had the model's words")
    return with_model


@asynccontextmanager
async def _a_model(bench: Bench) -> AsyncIterator[None]:
    """The voice bridge with a key for the stand-in model, as long as this lasts."""
    voice_bridge = bench.lab.system.processes["voice-bridge"]

    async def restart(**environment: str) -> None:
        await asyncio.to_thread(voice_bridge.stop)
        voice_bridge.start(**environment)
        await asyncio.to_thread(bench.lab.system.wait_ready)

    bench.lab.delays(model=MODEL_SECONDS)
    await restart(OPENAI_API_KEY="bench", OPENAI_BASE_URL=f"{bench.lab.stand_ins}/v1")
    try:
        yield
    finally:
        bench.lab.delays()
        await restart()


async def _calls(bench: Bench, prompts: int) -> list[float]:
    """Milliseconds that each prompt waited; the first of each call, while sockets are still being
    opened, is left out."""
    chat, voice = Provider(bench.lab.ingest), voice_provider(bench)
    calls = await asyncio.gather(*(_rung(bench, chat) for _ in range(CALLS)))
    # Until the calendar has told each call its times, too.
    await bench.settle()
    sockets = await asyncio.gather(*(_picked_up(bench, voice, call) for call in calls))
    with bench.loading("voice_turn"):
        waits = await asyncio.gather(*(_talk(socket, prompts + 1) for socket in sockets))
    await asyncio.gather(*(socket.close() for socket in sockets))
    await hang_up(bench, calls, "completed")
    await bench.settle()
    chat.close()
    voice.close()
    return [wait for call in waits for wait in call[1:]]


async def _rung(bench: Bench, chat: Provider) -> Taken:
    number = new_number()
    posted = await chat.says(number, WORDS)
    if posted.status != 200:
        raise RuntimeError(f"a webhook got {posted.status}")
    return await bench.tap.next("call", number, RINGS_SECONDS)


async def _picked_up(bench: Bench, voice: Provider, call: Taken) -> ClientConnection:
    """What the carrier does when somebody picks up: fetch the TwiML, open the socket it names."""
    posted = await voice.post(urlsplit(call.url).path, form_of(call, "in-progress"))
    found = re.search(rb'<ConversationRelay[^>]* url="([^"]+)"', posted.body)
    if found is None:
        raise RuntimeError(f"no relay in the answer to {call.url}: {posted.status}")
    url = found[1].decode()
    place = bench.lab.system.processes["voice-bridge"].url.replace("http", "ws", 1)
    socket = await connect(
        place + urlsplit(url).path,
        additional_headers={TWILIO_HEADER: sign_twilio(DEFAULT_TOKEN, url)},
        ping_interval=None, compression=None, open_timeout=60,
    )  # fmt: skip
    setup = {
        "type": "setup", "sessionId": f"VX{call.sid[2:]}", "accountSid": DEFAULT_ACCOUNT,
        "callSid": call.sid, "from": OUR_NUMBER, "to": call.number, "direction": "outbound-api",
        "callType": "PSTN", "callStatus": "IN-PROGRESS", "customParameters": {},
    }  # fmt: skip
    await socket.send(json.dumps(setup))
    return socket


async def _talk(socket: ClientConnection, prompts: int) -> list[float]:
    waits = []
    for number in range(prompts):
        await asyncio.sleep(random.uniform(*PAUSE_SECONDS))
        text = SAID[number % len(SAID)]
        started = time.monotonic()
        await socket.send(
            json.dumps({"type": "prompt", "voicePrompt": text, "lang": "en-US", "last": True})
        )
        try:
            waits.append((await _first_token(socket) - started) * 1e3)
        except (TimeoutError, ConnectionClosed) as error:
            raise RuntimeError(f"the agent has no answer to {text!r} (turn {number})") from error
    return waits


async def _first_token(socket: ClientConnection) -> float:
    """When the first words came; returns once the last ones have."""
    first = None
    async with asyncio.timeout(ANSWER_SECONDS):
        while True:
            frame = json.loads(await socket.recv())
            if frame["type"] == "end":
                raise RuntimeError("the agent has ended the call")
            if frame["type"] == "text":
                first = first or time.monotonic()
                if frame.get("last"):
                    return first
