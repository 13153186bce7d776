"""Why a model gave no usable answer."""

from typing import Literal

Reason = Literal[
    "no_key", "timeout", "rate_limited", "refused", "bad_output", "circuit_open", "over_budget",
    "too_long", "error",
]  # fmt: skip


class ModelUnavailable(Exception):
    """No usable answer; the built-in understanding has to do.

    `detail` is for logs: a status or a kind of error, never what anybody said. The tokens are
    what an answer cost that was of no use.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
        self.prompt_tokens = 0
        self.completion_tokens = 0
