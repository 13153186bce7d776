"""Twilio's requests are taken from Twilio only, and no body is read beyond its bound."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_common.fields import needed
from segue_common.runtime.problems import Problem, exception_handlers
from segue_common.tenants import Tenant
from segue_common.webhooks.requests import fields_are_checked, read_body
from segue_common.webhooks.twilio import MOST_BYTES, signed_form
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message
from twilio.request_validator import RequestValidator

PUBLIC = "https://segue.example/here"
TOKEN = "token-of-acme"
TENANTS = {
    "acme": Tenant.model_validate(
        {
            "tenant": "acme", "name": "Acme", "time_zone": "UTC",
            "channels": {"twilio": {"account_sid": "AC1", "auth_token": TOKEN}},
        }
    ),
    "quiet": Tenant(tenant="quiet", name="Quiet", time_zone="UTC"),
}  # fmt: skip


async def _fields(request: Request) -> Response:
    _, form = await signed_form(request, TENANTS, PUBLIC)
    return JSONResponse(form.multi_items())


async def _size(request: Request) -> Response:
    return JSONResponse(len(await read_body(request, 10)))


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(
        routes=[
            Route("/{tenant}/form/{name:path}", _fields, methods=["POST"]),
            Route("/size", _size, methods=["POST"]),
        ],
        exception_handlers=exception_handlers(),  # type: ignore[arg-type]  # typed too narrowly
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
        yield client


async def post(
    http: httpx.AsyncClient,
    path: str,
    form: list[tuple[str, str]],
    *,
    token: str = TOKEN,
    kind: str = "application/x-www-form-urlencoded",
    body: bytes | None = None,
) -> httpx.Response:
    signed: dict[str, list[str]] = {}
    for name, value in form:
        signed.setdefault(name, []).append(value)
    signature = RequestValidator(token).compute_signature(PUBLIC + path, _Lists(signed))
    return await http.post(
        path,
        content=urlencode(form).encode() if body is None else body,
        headers={"X-Twilio-Signature": signature, "Content-Type": kind},
    )


class _Lists(dict[str, list[str]]):
    def getlist(self, name: str) -> list[str]:
        return self[name]


async def test_what_twilio_signed_is_taken_as_it_was_sent(http: httpx.AsyncClient) -> None:
    form = [("Body", "¿mañana? & more"), ("Twice", "b"), ("Twice", "a"), ("Empty", "")]
    answer = await post(http, "/acme/form/a%20b?hint=c%2Fd", form)
    assert answer.status_code == 200, answer.text
    assert [tuple(pair) for pair in answer.json()] == form


async def test_what_it_did_not_sign_is_refused(http: httpx.AsyncClient) -> None:
    form = [("Body", "hello")]
    assert (await post(http, "/acme/form/x", form, token="another")).status_code == 403
    changed = await post(http, "/acme/form/x", form, body=b"Body=changed")
    assert changed.status_code == 403
    unsigned = await http.post("/acme/form/x", data={"Body": "hello"})
    assert unsigned.status_code == 403


async def taken(signed_url: str, public_url: str, fields: dict[str, list[str]]) -> bool:
    """Whether a form that Twilio's own library signed for one address is taken for another."""
    signature = RequestValidator(TOKEN).compute_signature(f"{signed_url}/x", _Lists(fields))
    body = urlencode([(name, one) for name in fields for one in fields[name]]).encode()
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http", "method": "POST", "path": "/x", "query_string": b"",
        "path_params": {"tenant": "acme"},
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    try:
        await signed_form(Request(scope, receive), TENANTS, public_url)
    except Problem as problem:
        if problem.status != 403:
            raise
        return False
    return True


FIELDS = st.dictionaries(
    st.text(min_size=1), st.lists(st.text(), min_size=1, max_size=3), max_size=5
)


@given(FIELDS)
def test_whatever_twilios_library_signs_is_taken(fields: dict[str, list[str]]) -> None:
    assert asyncio.run(taken(PUBLIC, PUBLIC, fields))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("https://segue.example", "https://segue.example:443"),
        ("http://segue.example", "http://segue.example:80"),
        ("https://segue.example:8443", "https://segue.example"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]"),
    ],
)
async def test_an_address_may_be_signed_with_or_without_its_port(ours: str, theirs: str) -> None:
    assert await taken(theirs, ours, {"Body": ["hello"]})


@pytest.mark.parametrize("theirs", ["http://segue.example", "https://segue.example:8443"])
async def test_another_address_is_not_ours(theirs: str) -> None:
    assert not await taken(theirs, "https://segue.example", {"Body": ["hello"]})


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/nobody/form/x", "application/x-www-form-urlencoded", b"", 404),
        ("/quiet/form/x", "application/x-www-form-urlencoded", b"", 404),
        ("/acme/form/x", "application/json", b"{}", 400),
        ("/acme/form/x", "application/x-www-form-urlencoded", b"Body=%ff", 400),
        ("/acme/form/x", "application/x-www-form-urlencoded", b"a" * (MOST_BYTES + 1), 413),
    ],
)
async def test_a_bad_request_says_what_is_wrong(
    http: httpx.AsyncClient, path: str, kind: str, body: bytes, status: int
) -> None:
    assert (await post(http, path, [], kind=kind, body=body)).status_code == status


@pytest.mark.parametrize("form", [{}, {"From": ""}, {"From": "  "}])
def test_a_field_that_is_missing_is_answered_with_a_422_that_names_it(form: dict[str, str]) -> None:
    with pytest.raises(Problem) as answer, fields_are_checked():
        needed(form, "From", "Sender")
    assert (answer.value.status, answer.value.field) == (422, "From")


def test_an_older_spelling_of_a_field_does() -> None:
    assert needed({"SmsSid": " SM1 "}, "MessageSid", "SmsSid") == "SM1"


async def test_a_body_of_unknown_length_is_read_up_to_its_bound(http: httpx.AsyncClient) -> None:
    async def parts(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"12345"

    assert (await http.post("/size", content=parts(2))).json() == 10
    assert (await http.post("/size", content=parts(3))).status_code == 413
