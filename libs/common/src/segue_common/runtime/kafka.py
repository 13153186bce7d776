"""Clients of Kafka with the settings that the promises need."""

import ssl
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from segue_common.events.topics import MAX_MESSAGE_BYTES
from segue_common.runtime.producer import Producer
from segue_common.runtime.settings import KafkaSettings

# A broker that is away must be noticed within the time that a provider waits for its 2xx.
REQUEST_TIMEOUT_MS = 8_000


def connection_options(settings: KafkaSettings) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client takes."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": (
                settings.sasl_password.get_secret_value() if settings.sasl_password else None
            ),
        }
    if settings.security_protocol.endswith("SSL"):
        options["ssl_context"] = _ssl_context(settings)
    return options


def broker_security(settings: KafkaSettings) -> BaseSecurity:
    """The same for FastStream's broker."""
    context = _ssl_context(settings) if settings.security_protocol.endswith("SSL") else None
    if not settings.security_protocol.startswith("SASL"):
        return BaseSecurity(ssl_context=context, use_ssl=context is not None)
    kinds = {
        "PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512,
    }  # fmt: skip
    return kinds[settings.sasl_mechanism](
        username=settings.sasl_username or "",
        password=settings.sasl_password.get_secret_value() if settings.sasl_password else "",
        ssl_context=context,
        use_ssl=context is not None,
    )


def _ssl_context(settings: KafkaSettings) -> ssl.SSLContext:
    return ssl.create_default_context(
        cafile=str(settings.ssl_cafile) if settings.ssl_cafile else None
    )


def make_producer(settings: KafkaSettings, client_id: str) -> Producer:
    """A producer for which an ack means that every in-sync replica has the record, and whose
    own retries neither double nor reorder."""
    return Producer(
        lambda: AIOKafkaProducer(
            **connection_options(settings),
            client_id=client_id,
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            max_request_size=MAX_MESSAGE_BYTES * 2,
        )
    )


def make_admin(settings: KafkaSettings) -> AIOKafkaAdminClient:
    """An admin client."""
    return AIOKafkaAdminClient(**connection_options(settings), client_id="segue-admin")
