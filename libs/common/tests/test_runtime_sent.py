"""What came of sending the rows of an outbox: the order of a conversation holds."""

from uuid import UUID

from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError
from hypothesis import given
from hypothesis import strategies as st
from segue_common.runtime.sent import OutboxRow, sort_out

AWAY, REFUSED = KafkaConnectionError(), MessageSizeTooLargeError()


def row(seq: int, conversation: int = 1, topic: str = "segue.leads") -> OutboxRow:
    return OutboxRow(seq, UUID(int=conversation), topic, b"{}", None)


def test_a_refused_row_is_not_tried_by_itself_ahead_of_one_that_waits() -> None:
    rows = [row(1), row(2), row(3, conversation=2), row(4, topic="segue.crm")]
    sent = sort_out(rows, [AWAY, REFUSED, REFUSED, None])
    assert sent.refused == [(rows[2], REFUSED)]
    assert sent.out == [rows[3]]
    assert sent.error is AWAY


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from([None, AWAY, REFUSED]))))
def test_nothing_is_done_with_a_row_while_an_earlier_one_of_its_place_waits(
    fates: list[tuple[int, Exception | None]],
) -> None:
    rows = [row(seq, conversation) for seq, (conversation, _) in enumerate(fates)]
    sent = sort_out(rows, [error for _, error in fates])
    done = {each.seq for each in [*sent.out, *(refused for refused, _ in sent.refused)]}
    waiting = [each for each in rows if each.seq not in done]
    assert bool(waiting) == (sent.error is not None)
    for first in waiting:
        later = [each for each in rows if each.seq > first.seq]
        assert not done & {e.seq for e in later if e.conversation_id == first.conversation_id}
