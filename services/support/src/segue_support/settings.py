"""Where the knowledge base is, and which vectors it uses."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from segue_common.runtime.settings import ConfigurationError


class KnowledgeSettings(BaseSettings):
    """Read from the environment variables that the aliases name.

    Chroma is a server at `chroma_url`, or a folder at `chroma_path` that this machine's processes
    share. Embeddings are the built-in ones, or those of `embedding_model` at an OpenAI-compatible
    endpoint (`base_url` up to and including `/v1`).
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, populate_by_name=True, extra="ignore")

    chroma_url: str | None = Field(default=None, alias="SEGUE_CHROMA_URL")
    chroma_path: Path | None = Field(default=None, alias="SEGUE_CHROMA_PATH")
    chroma_token: SecretStr | None = Field(default=None, alias="SEGUE_CHROMA_TOKEN")
    embedding_model: str | None = Field(default=None, alias="SEGUE_EMBEDDING_MODEL")
    api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, alias="OPENAI_BASE_URL")

    def check(self) -> "KnowledgeSettings":
        """The settings themselves; raises ConfigurationError saying what to set."""
        if self.chroma_url is None and self.chroma_path is None:
            raise ConfigurationError(
                "set SEGUE_CHROMA_URL (a Chroma server) or SEGUE_CHROMA_PATH (a folder for the "
                "knowledge base)"
            )
        if self.chroma_url is not None and not self.chroma_url.startswith(("http://", "https://")):
            raise ConfigurationError("SEGUE_CHROMA_URL must start with http:// or https://")
        if self.embedding_model is not None and self.api_key is None:
            raise ConfigurationError("SEGUE_EMBEDDING_MODEL needs OPENAI_API_KEY too")
        return self

    @property
    def is_local(self) -> bool:
        """Whether finding something takes neither a network nor another process."""
        return self.chroma_url is None and self.embedding_model is None
