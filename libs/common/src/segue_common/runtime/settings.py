"""Configuration from the environment, the same names for every service."""

import os
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConfigurationError(Exception):
    """The configuration can't be used; the message says what to set."""


class KafkaSettings(BaseSettings):
    """Where Kafka is and how to get in."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_KAFKA_")

    bootstrap: str
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: Path | None = None
    replication_factor: int = Field(default=1, ge=1)


class PostgresSettings(BaseSettings):
    """Where the database is."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_POSTGRES_")

    dsn: SecretStr
    connections: int = Field(default=8, ge=2)


class Settings(BaseSettings):
    """What a service needs to run besides Kafka and Postgres."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_")

    redis_url: SecretStr
    tenants: Path
    public_url: str = "http://127.0.0.1:8080"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    bind: str = "127.0.0.1"
    batch_records: int = Field(default=500, ge=1)
    job_slots: int = Field(default=64, ge=1)
    job_lease_seconds: float = Field(default=30.0, ge=1)
    operator_token: SecretStr | None = None
    internal_token: SecretStr | None = None


SERVICE_PORTS = {
    "ingest": 8080,
    "router": 8081,
    "qualifier": 8082,
    "booking": 8083,
    "voice-bridge": 8084,
    "support": 8085,
    "crm-sync": 8086,
}

S = TypeVar("S", bound=BaseSettings)


def load(kind: type[S]) -> S:
    """Settings from the environment, or `ConfigurationError` naming each variable that is
    missing or wrong, and never a value, which may be a secret."""
    try:
        return kind()
    except ValidationError as error:
        prefix = str(kind.model_config.get("env_prefix", ""))
        lines = (
            f"{prefix}{line['loc'][0]}".upper() + f": {line['msg']}" for line in error.errors()
        )
        raise ConfigurationError("set these variables: " + "; ".join(lines)) from error


def service_port(service: str) -> int:
    """The port of a service: `SEGUE_<SERVICE>_PORT`, or its usual one."""
    variable = f"SEGUE_{service.upper().replace('-', '_')}_PORT"
    text = os.environ.get(variable, str(SERVICE_PORTS[service]))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ConfigurationError(f"{variable} must be a port number from 1 to 65535")
    return int(text)
