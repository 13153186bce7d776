"""The widget: one script for the tenant's pages, and a plain page to try it on."""

import html
from collections.abc import Mapping
from importlib.resources import files

from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from segue_common.webhooks.requests import tenant_of
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# The page loads nothing but the script, and the script talks to nobody but us.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'"
)


class Widget:
    def __init__(self, tenants: Mapping[str, Tenant]) -> None:
        folder = files("segue_ingest") / "widget"
        self._tenants = tenants
        self._script = (folder / "embed.js").read_text(encoding="utf-8")
        self._page = (folder / "page.html").read_text(encoding="utf-8")

    def routes(self) -> list[Route]:
        return [
            Route("/v1/{tenant}/embed.js", self.script),
            Route("/v1/{tenant}/chat/page", self.page),
        ]

    async def script(self, request: Request) -> Response:
        self._with_chat(request)
        headers = {
            "Cache-Control": "public, max-age=300",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(self._script, media_type="text/javascript", headers=headers)

    async def page(self, request: Request) -> Response:
        tenant = self._with_chat(request)
        page = self._page.replace("{{name}}", html.escape(tenant.name, quote=True)).replace(
            "{{language}}", html.escape(tenant.languages.default, quote=True)
        )
        headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
        return Response(page, media_type="text/html", headers=headers)

    def _with_chat(self, request: Request) -> Tenant:
        tenant = tenant_of(request, self._tenants)
        if tenant.channels.web is None:
            raise Problem(404, "This tenant has no web chat.")
        return tenant
