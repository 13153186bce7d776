"""Which model to ask, where, and how much time and how many tokens it may take."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ModelSettings(BaseSettings):
    """Read from the environment variables that the aliases name.

    `base_url` is any OpenAI-compatible endpoint, up to and including `/v1`.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, populate_by_name=True, extra="ignore")

    api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")
    # A model that answers without thinking first: a turn has seconds, not minutes.
    model: str = Field(default="gpt-4.1-mini", alias="SEGUE_LLM_MODEL")
    deadline_seconds: float = Field(default=6.0, gt=0, alias="SEGUE_LLM_DEADLINE_SECONDS")
    max_completion_tokens: int = Field(default=700, ge=1, alias="SEGUE_LLM_MAX_TOKENS")
    circuit_failures: int = Field(default=5, ge=1, alias="SEGUE_LLM_CIRCUIT_FAILURES")
    circuit_seconds: float = Field(default=30.0, gt=0, alias="SEGUE_LLM_CIRCUIT_SECONDS")
