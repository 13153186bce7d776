"""What ingest is configured with besides the settings of every service."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """`session_secret` signs the tokens of web chat: all replicas must have the same one."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_")

    session_secret: SecretStr = Field(min_length=16)
    # Without it the provider's own hosts are used.
    twilio_api_base: str | None = None
    meta_api_base: str = "https://graph.facebook.com"
    router_url: str = "http://127.0.0.1:8081"
    delivery_give_up_seconds: float = Field(default=600.0, gt=0)
    # Sessions and forms count by network address, messages by session.
    chat_sessions_per_minute: int = Field(default=120, ge=1)
    chat_messages_per_minute: int = Field(default=60, ge=1)
    forms_per_minute: int = Field(default=60, ge=1)
    # While more messages are on their way than are answered in this time, the tenants that send
    # most are asked to come again; and no tenant has more webhooks in hand in one process.
    intake_seconds: float = Field(default=2.0, gt=0)
    intake_at_once: int = Field(default=128, ge=1)
