"""Endpoints whose requests are counted."""

from segue_ingest.http.counting import counted
from starlette.requests import Request
from starlette.responses import Response


async def form(_: Request) -> Response:
    return Response()


def test_a_counted_endpoint_keeps_the_name_by_which_traces_know_it() -> None:
    assert counted("web", "form")(form).__name__ == "form"
