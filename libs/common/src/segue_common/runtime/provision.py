"""Creates the topics that the contract declares, and says where the broker's differ."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from segue_common.events import ALL_TOPICS, Topic
from segue_common.runtime.kafka import make_admin
from segue_common.runtime.settings import KafkaSettings

LEADERS_SECONDS = 60.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class TopicState:
    """How a declared topic stands on the broker; `differences` are in words."""

    topic: Topic
    exists: bool
    differences: tuple[str, ...] = ()


async def inspect_topics(
    settings: KafkaSettings, topics: Sequence[Topic] = ALL_TOPICS
) -> list[TopicState]:
    """Compare the declaration with the broker."""
    admin = make_admin(settings)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        present = [topic for topic in topics if topic.name in existing]
        counts = {
            entry["topic"]: len(entry["partitions"])
            for entry in await admin.describe_topics([topic.name for topic in present])
        }
        configs = await _configs(admin, present)
    finally:
        await admin.close()
    return [
        TopicState(topic, True, tuple(_differences(topic, counts, configs)))
        if topic.name in existing
        else TopicState(topic, False)
        for topic in topics
    ]


async def create_topics(
    settings: KafkaSettings, topics: Sequence[Topic] = ALL_TOPICS
) -> list[Topic]:
    """Create the topics that don't exist; returns those once they can be used. Existing ones
    are left as they are."""
    admin = make_admin(settings)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in existing]
        if missing:
            response = await admin.create_topics(
                [
                    NewTopic(
                        topic.name,
                        num_partitions=topic.partitions,
                        replication_factor=settings.replication_factor,
                        topic_configs=topic.settings,
                    )
                    for topic in missing
                ]
            )
            _raise_errors(response.topic_errors)
            await _until_led(admin, missing)
        return missing
    finally:
        await admin.close()


async def _until_led(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    """Wait until every partition has a leader: a new topic's take seconds to get theirs."""
    wanted = {(topic.name, number) for topic in topics for number in range(topic.partitions)}
    async with asyncio.timeout(LEADERS_SECONDS):
        while True:
            led = {
                (entry["topic"], part["partition"])
                for entry in await admin.describe_topics([topic.name for topic in topics])
                for part in entry["partitions"]
                if part["leader"] >= 0 and not part["error_code"]
            }
            if wanted <= led:
                return
            await asyncio.sleep(LOOK_SECONDS)


def _raise_errors(errors: Iterable[tuple[object, ...]]) -> None:
    for name, code, *rest in errors:
        error = for_code(code)
        # Another process may have been quicker.
        if code and error is not TopicAlreadyExistsError:
            raise error(f"{name}: {rest[0] if rest else ''}")


async def _configs(admin: object, topics: Sequence[Topic]) -> dict[str, dict[str, str]]:
    if not topics:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    configs: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(resources):  # type: ignore[attr-defined]
        for _code, _message, _type, name, entries in response.resources:
            configs[name] = {entry[0]: entry[1] for entry in entries}
    return configs


def _differences(
    topic: Topic, counts: dict[str, int], configs: dict[str, dict[str, str]]
) -> Iterable[str]:
    if counts.get(topic.name) != topic.partitions:
        yield f"{counts.get(topic.name)} partitions instead of {topic.partitions}"
    for name, wanted in topic.settings.items():
        found = configs.get(topic.name, {}).get(name)
        if found != wanted:
            yield f"{name} is {found} instead of {wanted}"
