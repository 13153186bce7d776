"""What this service is told by the environment, besides what every service is."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class VoiceSettings(BaseSettings):
    """`voice_public_url` is for setups without a proxy that routes by path, where the voice
    routes have an outside address of their own."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_")

    voice_public_url: str | None = None
    twilio_api_base: str | None = None
    ingest_url: str = "http://127.0.0.1:8080"
