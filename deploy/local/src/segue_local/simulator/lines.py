"""A tenant's lines with the carriers, and how a public URL is reached from here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_NUMBER = "+15005550006"  # Twilio's magic sender, valid in every test account

VOICE_PATHS = re.compile(r"/v1/[^/]+/twilio/(voice$|calls/|relay/)")


@dataclass(frozen=True)
class MetaNumber:
    """A WhatsApp Cloud API number: what the tenant file names, and the app it belongs to."""

    phone_number_id: str
    access_token: str
    app_secret: str
    verify_token: str
    display_phone_number: str = "15005550006"


@dataclass(frozen=True)
class TenantLine:
    """The numbers that a tenant owns and the account that they are billed to."""

    tenant: str
    account_sid: str
    number: str = DEFAULT_NUMBER
    meta: MetaNumber | None = None


@dataclass(frozen=True)
class Ingress:
    """What stands in front of the system: one public URL, services behind it by path.

    `public_url` is what providers are told and sign. `system_url` is where ingest listens and
    `voice_url` where the voice-bridge does; either may equal the public URL.
    """

    public_url: str
    system_url: str
    voice_url: str | None = None

    def public(self, path: str) -> str:
        return self.public_url.rstrip("/") + path

    def connect_url(self, url: str) -> str:
        """Where to connect for a signed URL; the scheme stays http or ws as the caller meant."""
        asked, front = urlsplit(url), urlsplit(self.public_url)
        if asked.netloc != front.netloc:
            return url
        behind = self.system_url
        if self.voice_url and VOICE_PATHS.match(asked.path):
            behind = self.voice_url
        target = urlsplit(behind)
        scheme = target.scheme
        if asked.scheme in {"ws", "wss"}:
            scheme = "wss" if target.scheme == "https" else "ws"
        return asked._replace(scheme=scheme, netloc=target.netloc).geturl()


@dataclass(frozen=True)
class Lines:
    """Every tenant's line; a tenant that isn't named has the first account and the test number."""

    accounts: Mapping[str, str]
    named: Mapping[str, TenantLine]

    def of(self, tenant: str) -> TenantLine:
        known = self.named.get(tenant)
        return known or TenantLine(tenant=tenant, account_sid=next(iter(self.accounts)))

    def token(self, account_sid: str) -> str:
        return self.accounts[account_sid]

    def meta(self, phone_number_id: str) -> tuple[TenantLine, MetaNumber] | None:
        for line in self.named.values():
            if line.meta and line.meta.phone_number_id == phone_number_id:
                return line, line.meta
        return None
