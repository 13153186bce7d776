"""A consumer that has heard nothing for a while hears the next record at once."""

from typing import Any, cast

import pytest
from faststream.kafka import KafkaBroker
from segue_common.events.topics import INBOUND
from segue_common.runtime.consumer import TopicConsumer


class Silence:
    """A Kafka consumer whose poll has just ended with nothing."""

    async def getmany(self, **_: object) -> dict[object, list[object]]:
        return {}


def subscribed() -> Any:
    """What FastStream's loop runs for a topic; nothing is ever handled here."""
    unused = cast(Any, None)
    consumer = TopicConsumer("router", INBOUND, frozenset(), unused, unused, batch_records=10)
    consumer.subscribe(KafkaBroker())
    return consumer.subscriber


def test_it_polls_again_without_a_pause() -> None:
    poll = subscribed().get_msg(Silence())
    with pytest.raises(StopIteration) as ended:
        poll.send(None)
    assert ended.value.value == ()


def test_faststream_still_polls_by_the_method_that_is_replaced() -> None:
    assert callable(getattr(type(subscribed()), "get_msg", None))
