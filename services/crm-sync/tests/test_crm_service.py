"""Crm-sync on the real broker and database, with a tenant's own CRM that misbehaves."""

import hashlib
import hmac
import signal
import uuid

from crm_lab import SECRET, Lab, TheirCrm, lead_update
from segue_common.events import (
    Contact,
    Event,
    EventData,
    LeadQualified,
    LeadSynced,
    MeetingBooked,
    Score,
    Slot,
    SyncFailed,
)
from segue_common.runtime.clock import system_clock
from waiting import eventually


def slot() -> Slot:
    now = system_clock()
    return Slot(
        service="consult", service_name="Consultation", starts_at=now, ends_at=now, time_zone="UTC"
    )


def newest_revision(found: list[Event[EventData]]) -> int:
    newest = found[-1].data if found else None
    return newest.revision if isinstance(newest, LeadSynced) else 0


def qualified(contact_id: uuid.UUID) -> LeadQualified:
    return LeadQualified(
        qualification_id=uuid.uuid4(), reason="threshold", contact=Contact(contact_id=contact_id),
        channel="sms", language="en", consent_to_call="granted", facts=(),
        score=Score(points=80, of=100, threshold=70, lines=()), topic="implants", epoch=1,
    )  # fmt: skip


async def test_a_lead_becomes_a_contact_with_stage_meeting_and_activities(lab: Lab) -> None:
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    await lab.send("plain", conversation, lead_update(contact, 1, name="Ana"))
    await lab.send("plain", conversation, qualified(contact))
    await lab.send(
        "plain", conversation, MeetingBooked(booking_id=uuid.uuid4(), slot=slot(), by="chat")
    )
    await eventually(
        lambda: lab.service.get(f"/v1/plain/contacts/{contact}")[1].get("stage") == "meeting",
        "a meeting",
    )
    status, record = lab.service.get(f"/v1/plain/contacts/{contact}")
    assert status == 200
    assert (record["name"], record["phone"]) == ("Ana", "+15005550100")
    assert record["meeting"]["service"] == "consult"
    kinds = [activity["type"] for activity in record["activities"]]
    assert kinds[0] == "segue.lead.updated.v1"
    assert kinds[-1] == "segue.booking.booked.v1"
    synced = await lab.synced(
        conversation, lambda found: newest_revision(found) >= record["revision"]
    )
    newest = synced[-1].data
    assert isinstance(newest, LeadSynced)
    assert (newest.adapter, newest.contact_id, newest.stage) == ("builtin", contact, "meeting")
    _, page = lab.service.get("/v1/plain/contacts?limit=500")
    assert [row["stage"] for row in page["contacts"] if row["contact_id"] == str(contact)] == [
        "meeting"
    ]


async def test_a_late_older_update_does_not_overwrite(lab: Lab) -> None:
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    await lab.send("plain", conversation, lead_update(contact, 5, points=75, name="Ana"))
    await lab.synced(conversation, 1)
    await lab.send("plain", conversation, lead_update(contact, 4, points=10, name="Ben"))
    await lab.send("plain", conversation, lead_update(contact, 6, points=90, name="Ana"))
    await eventually(
        lambda: lab.service.get(f"/v1/plain/contacts/{contact}")[1].get("score") == 90, "revision 6"
    )
    _, record = lab.service.get(f"/v1/plain/contacts/{contact}")
    assert record["name"] == "Ana"
    assert len(record["activities"]) == 2


async def test_contacts_are_shown_to_the_right_tenant_and_token_only(lab: Lab) -> None:
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    await lab.send("plain", conversation, lead_update(contact, 1))
    await lab.synced(conversation, 1)
    assert lab.service.get(f"/v1/plain/contacts/{contact}")[0] == 200
    assert lab.service.get(f"/v1/hooked/contacts/{contact}")[0] == 404
    assert lab.service.get("/v1/nobody/contacts")[0] == 404
    assert lab.service.get("/v1/plain/contacts", token=None)[0] == 401
    assert lab.service.get("/v1/plain/contacts", token="wrong")[0] == 403
    assert lab.service.get("/v1/plain/contacts/x")[0] == 422
    assert lab.service.get("/v1/plain/contacts?limit=0")[0] == 422


async def test_the_same_contact_in_another_tenant_is_another_contact(lab: Lab) -> None:
    contact = uuid.uuid4()
    one, other = uuid.uuid4(), uuid.uuid4()
    await lab.send("plain", one, lead_update(contact, 1, name="Ana"))
    await lab.send("hooked", other, lead_update(contact, 1, name="Ben"))
    await lab.synced(one, 1)
    await lab.synced(other, 1)
    assert lab.service.get(f"/v1/plain/contacts/{contact}")[1]["name"] == "Ana"
    assert lab.service.get(f"/v1/hooked/contacts/{contact}")[1]["name"] == "Ben"


async def test_the_tenants_own_crm_gets_the_record_again_until_it_takes_it(
    lab: Lab, their_crm: TheirCrm
) -> None:
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    their_crm.answers = [(500, {}), (429, {"Retry-After": "1"})]
    await lab.send("hooked", conversation, lead_update(contact, 1, name="Ana"))
    [synced] = await lab.synced(conversation, 1)
    assert isinstance(synced.data, LeadSynced)
    assert (synced.data.adapter, synced.data.revision) == ("webhook", 1)
    tries = their_crm.of(contact)
    assert len(tries) == 3
    assert len({one.headers["idempotency-key"] for one in tries}) == 1
    assert len({one.body for one in tries}) == 1
    for one in tries:
        stamp, digest = one.headers["x-segue-signature"].split(",")
        signed = stamp.removeprefix("t=").encode() + b"." + one.body
        mac = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert digest == f"v1={mac}"


async def test_a_refusal_is_final_until_the_lead_changes(lab: Lab, their_crm: TheirCrm) -> None:
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    their_crm.answers = [(422, {})]
    await lab.send("hooked", conversation, lead_update(contact, 1))
    [failed] = await lab.synced(conversation, 1)
    assert isinstance(failed.data, SyncFailed)
    assert failed.data.reason == "HTTP 422"
    await lab.send("hooked", conversation, lead_update(contact, 2))
    results = await lab.synced(conversation, 2)
    assert isinstance(results[-1].data, LeadSynced)
    assert [one.json["revision"] for one in their_crm.of(contact)] == [1, 2]


async def test_revisions_that_pile_up_are_sent_as_the_newest_alone(
    lab: Lab, their_crm: TheirCrm
) -> None:
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    their_crm.may_answer.clear()
    await lab.send("hooked", conversation, lead_update(contact, 1, points=10))
    await eventually(lambda: len(their_crm.of(contact)) == 1, "the first is under way")
    for revision in range(2, 7):
        await lab.send("hooked", conversation, lead_update(contact, revision, points=revision))
    await eventually(
        lambda: lab.service.get(f"/v1/hooked/contacts/{contact}")[1].get("score") == 6,
        "all applied",
    )
    their_crm.may_answer.set()
    await lab.synced(conversation, 2)
    await eventually(lambda: lab.service.rows("SELECT 1 FROM jobs") == [], "no job left")
    posted = their_crm.of(contact)
    assert len(posted) == 2
    assert posted[-1].json["score"] == 6
    newest = lab.service.rows("SELECT revision FROM contacts WHERE contact_id = %s", contact)[0][0]
    assert posted[-1].json["revision"] == newest


async def test_a_process_that_dies_after_the_crm_accepted_sends_under_the_same_key(
    lab: Lab, their_crm: TheirCrm
) -> None:
    lab.service.stop()
    lab.service.environment["SEGUE_JOB_LEASE_SECONDS"] = "2"
    process = lab.service.start(crash_at="crm-sync:after_carrier_accept:1")
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    await lab.send("hooked", conversation, lead_update(contact, 1))
    await eventually(lambda: process.poll() is not None, "the process dies")
    assert process.returncode == -signal.SIGKILL
    their_crm.answers = [(409, {})]
    lab.service.start()
    [synced] = await lab.synced(conversation, 1)
    assert isinstance(synced.data, LeadSynced)
    tries = their_crm.of(contact)
    assert len(tries) == 2
    assert len({one.headers["idempotency-key"] for one in tries}) == 1


async def test_a_tenants_dead_crm_does_not_hold_up_the_others(
    lab: Lab, their_crm: TheirCrm, broken_crm: TheirCrm
) -> None:
    broken_crm.may_answer.clear()
    for _ in range(80):
        await lab.send("broken", uuid.uuid4(), lead_update(uuid.uuid4(), 1))
    await eventually(lambda: len(broken_crm.posted) > 0, "the broken one is being called")
    conversation, contact = uuid.uuid4(), uuid.uuid4()
    started = system_clock()
    await lab.send("hooked", conversation, lead_update(contact, 1))
    await lab.synced(conversation, 1)
    assert (system_clock() - started).total_seconds() < 5
    assert len(broken_crm.posted) <= 8
