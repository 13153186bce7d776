"""One account's trouble is not another's."""

from segue_ingest.adapters.account_gate import FAILURES, OPEN_SECONDS, AccountGate


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_dead_carrier_is_left_alone_and_then_tried_by_one() -> None:
    seconds = Seconds()
    gate = AccountGate(seconds)
    for _ in range(FAILURES):
        assert gate.enter("a") is None
        gate.leave("a", well=False)
    assert gate.enter("a") is not None
    assert gate.enter("b") is None
    seconds.now += OPEN_SECONDS
    assert gate.enter("a") is None
    assert gate.enter("a") is not None
    gate.leave("a", well=True)
    assert gate.enter("a") is None
