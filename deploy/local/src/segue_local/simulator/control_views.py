"""What the control API shows of a record."""

from segue_local.simulator.records import (
    CallRecord,
    MessageRecord,
    Moment,
    Problem,
    WebhookRecord,
)

Json = dict[str, object]


def _times(at: Moment) -> Json:
    return {"at": at.wall.isoformat(), "monotonic": at.monotonic}


def _history(history: list[tuple[str, Moment]]) -> list[Json]:
    return [{"status": status, **_times(at)} for status, at in history]


def message(record: MessageRecord) -> Json:
    return {
        "order": record.order,
        "sid": record.sid,
        "provider": record.provider,
        "direction": record.direction,
        "to": record.to,
        "from": record.from_,
        "body": record.body,
        "status": record.status,
        "content_sid": record.content_sid,
        "content_variables": record.content_variables,
        "error_code": record.error_code,
        "answer_lost": record.answer_lost,
        "history": _history(record.history),
        **_times(record.at),
    }


def call(record: CallRecord) -> Json:
    return {
        "order": record.order,
        "sid": record.sid,
        "direction": record.direction,
        "to": record.to,
        "from": record.from_,
        "status": record.status,
        "answered_by": record.answered_by,
        "answer_lost": record.answer_lost,
        "finished": record.finished,
        "seconds": record.seconds,
        "transcript": [
            {"who": u.who, "text": u.text, "cut": u.cut, **_times(u.at)} for u in record.transcript
        ],
        "history": _history(record.history),
        "frames": record.frames,
        "bad_frames": record.bad_frames,
        "parameters": record.parameters,
        "relay": record.relay,
        "session_status": record.session_status,
        "handoff_data": record.handoff_data,
        **_times(record.at),
    }


def webhook(record: WebhookRecord) -> Json:
    return {
        "url": record.url,
        "attempt": record.attempt,
        "status": record.status,
        "seconds": record.seconds,
        **_times(record.at),
    }


def problem(record: Problem) -> Json:
    return {
        "code": record.code,
        "detail": record.detail,
        "subject": record.subject,
        **_times(record.at),
    }
