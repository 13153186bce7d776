"""The settings files of the one-node Kafka: broker, log, JVM."""

from pathlib import Path

from segue_local.stack.ports import HOST

NODE = 1
HEAP_MB = 384

BROKER = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={node}@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
log.dirs={data}

# Topics are provisioned, never made by a typing mistake.
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1

# An offset commit answers at once instead of waiting for others to share its write.
group.coordinator.append.linger.ms=0
# A first consumer does not wait 3 s for others to join it.
group.initial.rebalance.delay.ms=0

# After SIGKILL the broker may come back only once its former session is over (default 9 s).
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500

# Small: one machine, some dozens of partitions.
offsets.topic.num.partitions=8
transaction.state.log.num.partitions=4
num.network.threads=2
num.io.threads=4
background.threads=4
log.cleaner.dedupe.buffer.size=4194304
log.index.size.max.bytes=1048576
"""

# To standard output, which goes to logs/kafka.log: what the JVM itself says lands there, too.
LOGGING = """\
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1.}: %m%n
"""


def write(home: Path, port: int, controller_port: int) -> None:
    """Write `server.properties` and `log4j2.properties` into `home`."""
    broker = BROKER.format(
        node=NODE,
        host=HOST,
        port=port,
        controller_port=controller_port,
        # Java reads a backslash in a properties file as an escape.
        data=str(home / "data").replace("\\", "\\\\"),
    )
    (home / "server.properties").write_text(broker)
    (home / "log4j2.properties").write_text(LOGGING)


def jvm_flags(home: Path, logs: Path) -> list[str]:
    """Flags that keep the JVM small, quiet, and ended rather than half alive."""
    return [
        f"-Xmx{HEAP_MB}m",
        "-Xms64m",
        "-XX:+UseSerialGC",  # one collector thread and none of G1's tables
        # The quick compiler only. A stack lives for minutes: starting costs 3.4 s of processor time
        # instead of 6.5, 30,000 messages 0.4 s instead of 1.2, and memory falls by 35 MB.
        "-XX:TieredStopAtLevel=1",
        "-Xss512k",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        f"-XX:ErrorFile={logs / 'kafka-crash.log'}",
        "-Djava.awt.headless=true",
        "-Djava.net.preferIPv4Stack=true",
        # Kafka's compression codecs are native code, and newer Java warns about that otherwise.
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        f"-Dlog4j2.configurationFile={home / 'log4j2.properties'}",
    ]
