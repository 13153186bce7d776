"""A body of the Cloud API holds many things; each is read for itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_ingest.domain.addresses import Identity
from segue_ingest.domain.delivery import Report
from segue_ingest.domain.inbound import InboundMessage
from segue_ingest.domain.meta_payloads import Found, MalformedBody, Unreadable, read_webhook

ANN = {"wa_id": "12025550100", "profile": {"name": "Ann"}}


def text_message(id: str, text: str) -> dict[str, object]:
    return {
        "id": id, "from": "12025550100", "timestamp": "1762000000", "type": "text",
        "text": {"body": text},
    }  # fmt: skip


def body(*, number: str = "42", **value: object) -> bytes:
    full = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number}, **value}
    change = {"field": "messages", "value": full}
    entry = {"id": "0", "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def read(**value: object) -> list[Found]:
    return read_webhook(body(**value), "42")


def test_messages_and_statuses_of_one_body_are_all_found() -> None:
    found = read(
        contacts=[ANN],
        messages=[text_message("a", "one"), text_message("b", "two")],
        statuses=[{"id": "w", "status": "delivered", "recipient_id": "12025550100"}],
    )
    assert [f.text for f in found if isinstance(f, InboundMessage)] == ["one", "two"]
    assert [f.status for f in found if isinstance(f, Report)] == ["delivered"]


def test_one_bad_entry_does_not_lose_the_others() -> None:
    found = read(messages=[{"id": 7}, text_message("b", "two")], statuses=["?"], contacts=[None])
    assert [type(f) for f in found] == [Unreadable, InboundMessage, Unreadable]


def test_the_sender_has_number_name_and_user_id() -> None:
    contact = ANN | {"user_id": "US.77"}
    (message,) = read(contacts=[contact], messages=[text_message("a", "x")])
    assert isinstance(message, InboundMessage)
    assert message.address == "+12025550100"
    assert message.sender.name == "Ann"
    assert set(message.sender.identities) == {
        Identity("phone", "+12025550100"),
        Identity("whatsapp_user", "US.77"),
    }


def test_without_a_number_the_user_id_is_the_address() -> None:
    hidden = {k: v for k, v in text_message("a", "x").items() if k != "from"}
    (message,) = read(messages=[hidden | {"from_user_id": "US.77"}])
    assert isinstance(message, InboundMessage)
    assert message.address == "US.77"


@pytest.mark.parametrize(
    ("type", "content", "text"),
    [
        ("button", {"text": "Yes"}, "Yes"),
        ("interactive", {"type": "list_reply", "list_reply": {"id": "1", "title": "Two"}}, "Two"),
        ("image", {"id": "m1", "mime_type": "image/png", "caption": "Look"}, "Look"),
        ("unsupported", None, ""),
    ],
)
def test_other_kinds_of_message_keep_their_words(type: str, content: object, text: str) -> None:
    (message,) = read(messages=[text_message("a", "") | {"type": type, type: content}])
    assert isinstance(message, InboundMessage)
    assert message.text == text


def test_a_voice_note_is_an_attachment() -> None:
    audio = {"type": "audio", "audio": {"id": "m1", "mime_type": "audio/ogg"}}
    (message,) = read(messages=[text_message("a", "") | audio])
    assert isinstance(message, InboundMessage)
    assert message.attachments[0].url == "meta-media:m1"


@pytest.mark.parametrize(
    ("type", "content", "url"),
    [
        ("sticker", {"id": "m2", "mime_type": "image/webp"}, "meta-media:m2"),
        ("image", {"id": "m3", "mime_type": "image/jpeg"}, "meta-media:m3"),
        ("location", {"latitude": 40.7, "longitude": -74.0}, "geo:40.7,-74.0"),
        ("contacts", [{"name": {"formatted_name": "Kim"}, "phones": []}], None),
    ],
)
def test_what_has_no_words_is_a_message_all_the_same(
    type: str, content: object, url: str | None
) -> None:
    (message,) = read(messages=[text_message("a", "") | {"type": type, type: content}])
    assert isinstance(message, InboundMessage)
    assert message.text == ""
    assert [attachment.url for attachment in message.attachments] == ([url] if url else [])


def test_a_reaction_needs_no_answer() -> None:
    reaction = {"type": "reaction", "reaction": {"message_id": "w", "emoji": "👍"}}
    assert read(messages=[text_message("a", "") | reaction]) == []


def test_another_numbers_messages_are_not_ours() -> None:
    assert read_webhook(body(number="43", messages=[text_message("a", "x")]), "42") == []


def test_our_own_name_for_a_message_comes_back_with_its_status() -> None:
    ours = "7b6a0a4e-0f54-4ad4-9a7e-0f6f7a3f5e11"
    (report,) = read(statuses=[{"id": "w", "status": "sent", "biz_opaque_callback_data": ours}])
    assert isinstance(report, Report)
    assert str(report.message_id) == ours


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values, json_values)
def test_no_json_breaks_the_reading(message: object, status: object) -> None:
    read(messages=[message], statuses=[status])


@pytest.mark.parametrize("bad", [b"", b"[]", b"{", b'{"object": "x"}', b"\xff"])
def test_what_is_no_body_is_malformed(bad: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_webhook(bad, "42")
