"""Which failures of the provider are worth a second try, and when."""

import openai

from segue_dialogue.model.errors import ModelUnavailable

_DEFAULT_PAUSE = 0.2
_TRY_AGAIN = frozenset({408, 409, 429})
# The request itself was turned down; the provider is well.
_REQUEST_REFUSED = frozenset({400, 413, 422})


def pause_before_retry(error: openai.APIError) -> float | None:
    """Seconds to wait before one more try, as the provider asked; None: don't try again."""
    if isinstance(error, openai.APIStatusError):
        if error.status_code not in _TRY_AGAIN and error.status_code < 500:
            return None
        return _asked_pause(error)
    return _DEFAULT_PAUSE if isinstance(error, openai.APIConnectionError) else None


def unavailable(error: openai.APIError) -> ModelUnavailable:
    """The error in our words, without the provider's text, which may quote the request."""
    if isinstance(error, openai.APITimeoutError):
        return ModelUnavailable("timeout")
    if not isinstance(error, openai.APIStatusError):
        return ModelUnavailable("error", type(error).__name__)
    detail = f"HTTP {error.status_code}"
    if error.status_code == 429:
        return ModelUnavailable("rate_limited", detail)
    if error.status_code in _REQUEST_REFUSED:
        return ModelUnavailable("refused", detail)
    return ModelUnavailable("error", detail)


def _asked_pause(error: openai.APIStatusError) -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", _DEFAULT_PAUSE)))
    except ValueError:
        return _DEFAULT_PAUSE
