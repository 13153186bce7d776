"""Whatever a lead sends, a sensible question comes back in the language of the conversation."""

import pytest
from segue_command import segue
from segue_common.events import MessageReceived, SendRequested
from segue_dialogue.understanding import detect_language

# Nineteen messages, each with its answer.
pytestmark = pytest.mark.timeout(600)

MEDIA = {
    "a picture": {"NumMedia": "1", "MediaUrl0": "https://x/1", "MediaContentType0": "image/jpeg"},
    "a voice note": {"NumMedia": "1", "MediaUrl0": "https://x/2", "MediaContentType0": "audio/ogg"},
    "a contact card": {
        "NumMedia": "1", "MediaUrl0": "https://x/3", "MediaContentType0": "text/vcard",
    },
    "a sticker": {"NumMedia": "1", "MediaUrl0": "https://x/4", "MediaContentType0": "image/webp"},
    "a place": {"Latitude": "40.7", "Longitude": "-74.0", "MessageType": "location"},
}  # fmt: skip
WORDLESS = {
    "nothing": "",
    "blanks": " \n\t ",
    "emoji": "😀🎉🦷",
    "signs": "?!...",
    "control characters": "\x01\x02\x07\x1b",
    "invisible and turning characters": "\u202e\u2066\u200b\u2069\ufeff",
}
WORDS = {
    "10,000 letters": "a" * 10_000,
    "10,000 digits": "7" * 10_000,
    "10,000 emoji": "🦷" * 10_000,
    "10,000 characters of talk": ("necesito un implante y no sé cuánto cuesta, " * 250)[:10_000],
    "talk with turning characters": "\u202eQuiero\u202c un\x00 implante\u200b dental\u2069 ya\x07",
    "several scripts": "привет 你好 hola नमस्ते سلام quiero una cita",
}


@pytest.mark.parametrize("channel", ["whatsapp", "sms"])
async def test_whatever_comes_is_asked_about_in_the_leads_language(
    new_lead, system, channel
) -> None:
    lead = new_lead(channel=channel)
    assert detect_language(await lead.asks("Hola, necesito un implante dental"), "") == "es"
    for what, fields in MEDIA.items():
        assert await lead.says("", **fields) == 200, what
        assert "solo puedo leer texto" in await lead.reads(), what
    for what, text in WORDLESS.items():
        assert await lead.says(text) == 200, what
        assert "solo puedo leer texto" in await lead.reads(), what
    for what, text in WORDS.items():
        assert await lead.says(text) == 200, what
        assert detect_language(await lead.reads(), "es") == "es", what
    heard = await lead.all(MessageReceived)
    assert len(heard) == 1 + len(MEDIA) + len(WORDLESS) + len(WORDS)
    asked = await lead.all(SendRequested)
    assert len(asked) >= len(heard)
    dead = segue(system, "dlq", "list")
    assert str(await lead.conversation()) not in dead.stdout
