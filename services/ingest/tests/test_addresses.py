"""One person has one number, however the carriers write it."""

from hypothesis import given
from hypothesis import strategies as st
from segue_ingest.domain.addresses import (
    Identity,
    e164,
    email_of,
    identity_of,
    national_to_e164,
    phone_of,
)

numbers = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)


@given(numbers)
def test_sms_whatsapp_and_voice_give_the_same_identity(number: str) -> None:
    assert identity_of(number) == identity_of(f"whatsapp:{number}")


@given(numbers)
def test_normalising_twice_is_normalising_once(number: str) -> None:
    once = e164(number)
    assert once is not None
    assert e164(once) == once


def test_old_mobile_forms_of_whatsapp_meet_the_numbers_of_sms() -> None:
    assert identity_of("whatsapp:+5215512345678") == identity_of("+525512345678")
    assert identity_of("whatsapp:+551187654321") == identity_of("+5511987654321")


def test_brazilian_landlines_are_left_alone() -> None:
    assert e164("+551133334444") == "+551133334444"


def test_a_whatsapp_user_without_a_number_is_a_kind_of_its_own() -> None:
    identity = identity_of("whatsapp:US.1234")
    assert identity == Identity("whatsapp_user", "US.1234")
    assert phone_of(identity) is None


def test_a_short_code_is_known_but_cannot_be_rung() -> None:
    identity = identity_of("72345")
    assert identity is not None
    assert phone_of(identity) is None


def test_what_is_no_address_is_nobody() -> None:
    for address in ("", "whatsapp:", "+", "+0123456789", "Bob", "whatsapp:72345", "+1202555x100"):
        assert identity_of(address) is None, address


def test_numbers_of_forms_are_read_in_the_tenants_region() -> None:
    assert national_to_e164("(202) 555-0123", "US") == "+12025550123"
    assert national_to_e164("+34 612 34 56 78", "US") == "+34612345678"
    assert national_to_e164("12", "US") is None
    assert national_to_e164("call me", "US") is None


def test_email_addresses_are_compared_in_lower_case() -> None:
    assert email_of(" Ann@Example.COM ") == "ann@example.com"
    assert email_of("ann@example") is None
    assert email_of("a b@example.com") is None


def test_nobody_is_known_by_a_number_that_is_withheld() -> None:
    keypad = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999", strict=True))
    for word in ("RESTRICTED", "BLOCKED", "UNKNOWN", "ANONYMOUS", "UNAVAILABLE"):
        assert identity_of("+" + "".join(keypad[letter] for letter in word)) is None
    assert identity_of("anonymous") is None
