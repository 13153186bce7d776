"""Tenant files: what is read, and errors that name the file, the line and the field."""

from pathlib import Path

import pytest
from segue_common.tenants import TenantError, load_tenant, load_tenants

ENVIRONMENT = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token-1", "META_TOKEN": "m"}
WHOLE = """\
tenant: acme-dental
name: Acme Dental
time_zone: America/New_York
languages: {default: en}
hours: {mon-fri: "09:00-17:00"}
channels:
  twilio: {account_sid: ${TWILIO_ACCOUNT_SID}, auth_token: ${TWILIO_AUTH_TOKEN}, sms_from: "+15005550006"}
  web: {origins: ["https://acme.example"]}
qualification: {threshold: 70, criteria: {budget: {points: 25, minimum: 500}, need: {points: 50}}}
callback: {enabled: true, consent: ask, call_hours: "08:00-21:00", attempts: 3, within_seconds: 60}
booking:
  closed: [2026-12-25]
services: [{id: consult, name: Consultation, minutes: 30, resources: [chair-1, chair-2]}]
crm: {adapter: builtin}
knowledge: knowledge/acme-dental/
"""  # noqa: E501
LEAST = "tenant: acme\nname: Acme\ntime_zone: UTC\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "acme.yaml"


def failure_of(file: Path, text: str, environment: dict[str, str] = ENVIRONMENT) -> str:
    file.write_text(text)
    with pytest.raises(TenantError) as failure:
        load_tenant(file, environment)
    return str(failure.value)


def test_a_whole_file_is_read_with_references_inside_flow_mappings(file: Path) -> None:
    file.write_text(WHOLE)
    tenant = load_tenant(file, ENVIRONMENT)
    assert tenant.channels.twilio is not None
    assert tenant.channels.twilio.account_sid == "AC1"
    assert tenant.channels.twilio.auth_token.get_secret_value() == "token-1"
    assert tenant.services[0].resources == ("chair-1", "chair-2")
    assert tenant.callback.call_hours.end.hour == 21
    assert str(tenant.booking.closed[0]) == "2026-12-25"


def test_a_secret_is_not_shown_where_a_tenant_is_printed(file: Path) -> None:
    file.write_text(WHOLE)
    assert "token-1" not in repr(load_tenant(file, ENVIRONMENT))


def test_three_fields_make_a_tenant(file: Path) -> None:
    file.write_text(LEAST)
    tenant = load_tenant(file, {})
    assert tenant.qualification.threshold == 70
    assert tenant.zone.key == "UTC"


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("name: Acme Dental", "nam: Acme Dental", 2, "nam", "not permitted"),
        ("America/New_York", "America/New_Yrok", 3, "time_zone", "not a time zone"),
        ("threshold: 70", "threshold: 76", 9, "qualification", "no lead can reach 76"),
        ("points: 25", "points: many", 9, "qualification.criteria.budget.points", "integer"),
        ("08:00-21:00", "21:00-08:00", 10, "callback.call_hours", "must end after they start"),
        ("08:00-21:00", "all day", 10, "callback.call_hours", "write hours as 08:00-21:00"),
        ("consent: ask", "consent: never", 10, "callback.consent", "'ask' or 'implied'"),
        ("[2026-12-25]", "[2026-13-25]", 12, "booking.closed.0", "date"),
        ("minutes: 30", "minutes: 3", 13, "services.0.minutes", "greater than or equal to 5"),
        (", resources: [chair-1, chair-2]", "", 13, "services.0", "name the resources"),
        ("adapter: builtin", "adapter: webhook", 14, "crm", "needs url and secret"),
        ("+15005550006", "5005550006", 7, "channels.twilio.sms_from", "match pattern"),
        ("account_sid:", "acount_sid:", 7, "channels.twilio.acount_sid", "not permitted"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_field(
    file: Path, old: str, new: str, line: int, field: str, words: str
) -> None:
    assert old in WHOLE
    lines = failure_of(file, WHOLE.replace(old, new)).splitlines()
    named = [text for text in lines if text.startswith(f"{file}:{line}: {field}")]
    assert named, lines
    assert words in named[0]


def test_every_wrong_field_is_told_at_once(file: Path) -> None:
    text = WHOLE.replace("America/New_York", "Nowhere").replace("minutes: 30", "minutes: 3")
    assert len(failure_of(file, text).splitlines()) == 2


def test_a_secret_that_stands_in_the_file_is_refused_and_not_repeated(file: Path) -> None:
    for written in ("hunter2", "hunter2${TWILIO_AUTH_TOKEN}"):
        message = failure_of(file, WHOLE.replace("${TWILIO_AUTH_TOKEN}", written))
        assert message.startswith(f"{file}:7: channels.twilio.auth_token: a secret must not")
        assert "hunter2" not in message


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_missing_or_empty_is_named(file: Path, value: str | None) -> None:
    environment = dict(ENVIRONMENT)
    del environment["TWILIO_AUTH_TOKEN"]
    if value is not None:
        environment["TWILIO_AUTH_TOKEN"] = value
    message = failure_of(file, WHOLE, environment)
    assert message == (
        f"{file}:7: channels.twilio.auth_token: the environment variable TWILIO_AUTH_TOKEN is "
        "not set"
    )


def test_a_wrong_value_from_the_environment_is_not_repeated(file: Path) -> None:
    text = LEAST + "callback: {attempts: ${META_TOKEN}}\n"
    message = failure_of(file, text, {"META_TOKEN": "hunter2"})
    assert message.startswith(f"{file}:4: callback.attempts: ")
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tenant: [\n", 2),
        ("tenant: acme\nname: 'open\n", 3),
        ("- a list\n", 1),
        ("", 1),
        ("just words", 1),
        ("tenant: acme\x00\n", 1),
    ],
)
def test_what_is_no_mapping_or_no_yaml_is_said_with_its_line(
    file: Path, text: str, line: int
) -> None:
    assert failure_of(file, text).startswith(f"{file}:{line}: ")


def test_a_file_in_another_encoding_is_said(file: Path) -> None:
    file.write_bytes("name: Caf\xe9".encode("latin-1"))
    with pytest.raises(TenantError, match="UTF-8"):
        load_tenant(file, {})


def test_a_field_that_is_there_twice_is_refused(file: Path) -> None:
    message = failure_of(file, LEAST + "callback:\n  attempts: 2\n  attempts: 3\n")
    assert message == f"{file}:6: callback.attempts: this field is there twice"


def test_a_service_id_that_is_there_twice_is_refused(file: Path) -> None:
    service = "{id: consult, name: C, minutes: 30, resources: [a]}"
    message = failure_of(file, LEAST + f"services: [{service}, {service}]\n")
    assert "services: the id consult is there twice" in message


def test_a_reference_in_a_comment_is_not_looked_up(file: Path) -> None:
    file.write_text(LEAST + "# later: ${NOT_SET}\n")
    assert load_tenant(file, {}).tenant == "acme"


def test_a_folder_is_read_by_tenant_and_a_tenant_may_have_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LEAST)
    (tmp_path / "b.yml").write_text(LEAST.replace("acme", "bee"))
    (tmp_path / "notes.txt").write_text("no tenant")
    assert set(load_tenants(tmp_path, {})) == {"acme", "bee"}
    (tmp_path / "c.yaml").write_text(LEAST)
    with pytest.raises(TenantError, match=r"c\.yaml: the tenant acme is in another file too"):
        load_tenants(tmp_path, {})


def test_a_folder_that_is_missing_or_empty_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(TenantError, match="SEGUE_TENANTS"):
        load_tenants(tmp_path / "nowhere", {})
    with pytest.raises(TenantError, match="no tenant file"):
        load_tenants(tmp_path, {})
