"""Bearer tokens on the routes that are not for everybody."""

import hmac

from pydantic import SecretStr
from starlette.requests import Request

from segue_common.runtime.problems import Problem


def require_bearer(request: Request, token: SecretStr | None) -> None:
    """Let the request through only with the right token; without one configured, nobody."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token is None:
        raise Problem(403, "This route is closed: no token is configured for it.")
    if scheme.lower() != "bearer" or not given:
        raise Problem(401, "Send the token as 'Authorization: Bearer …'.")
    if not hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
        raise Problem(403, "The token is not valid here.")
