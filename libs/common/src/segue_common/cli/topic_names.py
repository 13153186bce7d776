"""Topics as a person names them: in full, or by their last words, such as `leads`."""

import difflib
from collections.abc import Iterable

from segue_common.cli.errors import CommandError
from segue_common.events import ALL_TOPICS, MAIN_TOPICS, Topic

PREFIX = "segue."


def short_name(topic: str) -> str:
    """The last word of a topic's name, as columns show it; `leads.dlq` for dead letters."""
    short = topic.removesuffix(".dlq").rpartition(".")[2]
    return f"{short}.dlq" if topic.endswith(".dlq") else short


def find_topic(name: str) -> Topic:
    """The topic of that full or short name; raises `CommandError` naming what is near."""
    for topic in ALL_TOPICS:
        if name in (topic.name, topic.name.removeprefix(PREFIX), short_name(topic.name)):
            return topic
    known = [short_name(topic.name) for topic in ALL_TOPICS]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the topics are {', '.join(known)}"
    raise CommandError(f"there is no topic {name!r}; {hint}")


def find_topics(names: Iterable[str]) -> tuple[Topic, ...]:
    """The named topics, each once; without names every topic but the dead letters."""
    return tuple(dict.fromkeys(find_topic(name) for name in names)) or MAIN_TOPICS


def find_dead_letters(name: str) -> Topic:
    """The dead-letter topic of a topic, named with or without `.dlq`."""
    return find_topic(f"{name.removesuffix('.dlq')}.dlq")
