"""Why a model gave no usable answer."""

from typing import Literal

Reason = Literal[
    "no_key", "timeout", "rate_limited", "refused", "bad_output", "circuit_open", "error"
]


class ModelUnavailable(Exception):
    """No usable answer; the built-in understanding has to do.

    `detail` is for logs: a status or a kind of error, never what anybody said.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
