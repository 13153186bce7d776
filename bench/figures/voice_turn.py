"""How soon an agent on the phone begins to answer, with 50 calls at once."""

import asyncio
import json
import random
import re
import time
from urllib.parse import urlsplit

from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from segue_local.simulator.signing import TWILIO_HEADER, sign_twilio
from websockets.asyncio.client import ClientConnection, connect

from bench.bench import Bench, Results
from bench.figures.numbers import percentile
from bench.figures.speed_to_lead import WORDS
from bench.load import new_number
from bench.tap import Taken
from bench.webhooks import OUR_NUMBER, Provider

CALLS = 50
# People on a call say something every few seconds.
PAUSE_SECONDS = (1.0, 3.0)
SAID = (
    "How long does the treatment take?",
    "My budget is about two thousand dollars",
    "I would decide that together with my wife",
    "What does it cost?",
    "Hmm, let me think about it",
    "Is there parking nearby?",
)
ANSWER_SECONDS = 20.0


async def measure(bench: Bench) -> Results:
    """The bench is the carrier of 50 calls that the system has placed: from each prompt to the
    first token of the answer. The voice agent uses no language model, so there is no overhead of
    one to measure."""
    chat = Provider(bench.lab.ingest)
    voice = Provider(bench.lab.system.processes["voice-bridge"].url, signed_as=bench.lab.ingest)
    calls = await asyncio.gather(*(_rung(bench, chat) for _ in range(CALLS)))
    sockets = await asyncio.gather(*(_picked_up(bench, voice, call) for call in calls))
    prompts = int(bench.pick(8, 20))
    waits = await asyncio.gather(*(_talk(socket, prompts) for socket in sockets))
    everything = [wait for call in waits for wait in call]
    await asyncio.gather(*(socket.close() for socket in sockets))
    return {
        "voice_turn.p50_ms": percentile(everything, 0.5),
        "voice_turn.p99_ms": percentile(everything, 0.99),
        "voice_turn.llm_overhead_ms": None,
    }


async def _rung(bench: Bench, chat: Provider) -> Taken:
    number = new_number()
    await chat.says(number, WORDS)
    return await bench.tap.next("call", number, 60)


async def _picked_up(bench: Bench, voice: Provider, call: Taken) -> ClientConnection:
    """What the carrier does when somebody picks up: fetch the TwiML, open the socket it names."""
    form = {
        "CallSid": call.sid, "AccountSid": DEFAULT_ACCOUNT, "CallStatus": "in-progress",
        "From": OUR_NUMBER, "To": call.number, "Direction": "outbound-api",
        "ApiVersion": "2010-04-01",
    }  # fmt: skip
    posted = await voice.post(urlsplit(call.url).path, form)
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
        waits.append((await _first_token(socket) - started) * 1e3)
    return waits


async def _first_token(socket: ClientConnection) -> float:
    """When the first words came; returns once the last ones have."""
    first = None
    async with asyncio.timeout(ANSWER_SECONDS):
        while True:
            frame = json.loads(await socket.recv())
            if frame["type"] == "text":
                first = first or time.monotonic()
                if frame.get("last"):
                    return first
