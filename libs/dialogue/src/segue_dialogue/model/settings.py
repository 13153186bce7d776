"""Which model to ask, where, and how much time, how many tokens and what money it may take."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ModelSettings(BaseSettings):
    """Read from the environment variables that the aliases name.

    `base_url` is any OpenAI-compatible endpoint, up to and including `/v1`. Prices are money in
    `price_currency` for a million tokens; without them no cost is recorded.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, populate_by_name=True, extra="ignore")

    api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")
    # A model that answers without thinking first: a turn has seconds, not minutes.
    model: str = Field(default="gpt-4.1-mini", alias="SEGUE_LLM_MODEL")
    deadline_seconds: float = Field(default=6.0, gt=0, alias="SEGUE_LLM_DEADLINE_SECONDS")
    # On a call nobody waits longer for a first word than for the built-in ones to be missed.
    voice_seconds: float = Field(default=1.2, gt=0, alias="SEGUE_LLM_VOICE_SECONDS")
    max_completion_tokens: int = Field(default=700, ge=1, alias="SEGUE_LLM_MAX_TOKENS")
    max_prompt_tokens: int = Field(default=4000, ge=500, alias="SEGUE_LLM_MAX_PROMPT_TOKENS")
    circuit_failures: int = Field(default=5, ge=1, alias="SEGUE_LLM_CIRCUIT_FAILURES")
    circuit_seconds: float = Field(default=30.0, gt=0, alias="SEGUE_LLM_CIRCUIT_SECONDS")
    prompt_price: float | None = Field(default=None, ge=0, alias="SEGUE_LLM_PROMPT_PRICE")
    completion_price: float | None = Field(default=None, ge=0, alias="SEGUE_LLM_COMPLETION_PRICE")
    price_currency: str = Field(default="USD", pattern="^[A-Z]{3}$", alias="SEGUE_LLM_CURRENCY")

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """What so many tokens cost; None where no price is configured."""
        if self.prompt_price is None or self.completion_price is None:
            return None
        micros = prompt_tokens * self.prompt_price + completion_tokens * self.completion_price
        return round(micros / 1_000_000, 9)
