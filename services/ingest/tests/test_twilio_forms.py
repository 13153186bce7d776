"""Twilio's forms, read as Twilio documents them."""

import pytest
from segue_common.fields import InvalidField
from segue_ingest.domain.addresses import Identity
from segue_ingest.domain.twilio_forms import read_message, read_status

SMS = {"MessageSid": "SM1", "From": "+12025550100", "To": "+15005550006", "Body": "hello"}


def test_an_sms_is_answered_at_its_number() -> None:
    message = read_message(SMS)
    assert (message.channel, message.address, message.text) == ("sms", "+12025550100", "hello")
    assert message.sender.identities == (Identity("phone", "+12025550100"),)


def test_a_whatsapp_message_names_the_person_and_both_identities() -> None:
    message = read_message(
        SMS
        | {
            "From": "whatsapp:+12025550100",
            "ProfileName": " Ann ",
            "WaId": "12025550100",
            "ExternalUserId": "whatsapp:US.77",
        }
    )
    assert message.channel == "whatsapp"
    assert message.address == "whatsapp:+12025550100"
    assert message.sender.name == "Ann"
    assert set(message.sender.identities) == {
        Identity("phone", "+12025550100"),
        Identity("whatsapp_user", "US.77"),
    }


def test_a_hidden_number_leaves_the_user_id() -> None:
    message = read_message(SMS | {"From": "whatsapp:US.77"})
    assert message.sender.identities == (Identity("whatsapp_user", "US.77"),)


@pytest.mark.parametrize(
    ("type", "keyword"), [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("", None)]
)
def test_the_carriers_own_keywords_are_passed_on(type: str, keyword: str | None) -> None:
    assert read_message(SMS | {"OptOutType": type}).carrier_keyword == keyword


def test_pictures_become_attachments() -> None:
    message = read_message(
        SMS
        | {
            "Body": "", "NumMedia": "2", "MediaUrl0": "https://x/0",
            "MediaContentType0": "image/jpeg", "MediaUrl1": "https://x/1",
        }
    )  # fmt: skip
    assert [(a.url, a.content_type) for a in message.attachments] == [
        ("https://x/0", "image/jpeg"),
        ("https://x/1", "application/octet-stream"),
    ]


def test_a_tapped_button_and_a_place_are_not_lost() -> None:
    message = read_message(
        SMS | {"Body": "", "ButtonText": "Yes", "Latitude": "1.5", "Longitude": "2"}
    )
    assert message.text == "Yes"
    assert message.attachments[0].url == "geo:1.5,2"


def test_characters_that_databases_refuse_are_taken_out() -> None:
    assert read_message(SMS | {"Body": "a\x00b"}).text == "ab"


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(InvalidField) as error:
        read_message({name: value for name, value in SMS.items() if name != field})
    assert error.value.field == field


@pytest.mark.parametrize(
    "wrong", [{"From": "Bob"}, {"NumMedia": "many"}, {"NumMedia": "-1"}, {"NumMedia": "²"}]
)
def test_a_field_that_makes_no_sense_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidField) as error:
        read_message(SMS | wrong)
    assert error.value.field == next(iter(wrong))


def test_a_failed_delivery_brings_the_carriers_code() -> None:
    report = read_status(
        {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30007"}
    )
    assert report is not None
    assert (report.status, report.error) == ("failed", "30007")


def test_a_status_that_tells_nothing_is_nothing() -> None:
    assert read_status({"MessageSid": "SM1", "MessageStatus": "receiving"}) is None
