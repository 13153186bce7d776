"""Opens Chroma: the only place that imports it, since that takes seconds."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from segue_support.knowledge.documents import KnowledgeError, KnowledgeUnavailable
from segue_support.settings import KnowledgeSettings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI


def open_chroma(settings: KnowledgeSettings) -> "ClientAPI":
    """A client of the configured server, or of the store in the configured folder."""
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if settings.chroma_url is None:
        if settings.chroma_path is None:
            raise KnowledgeError("no Chroma is configured")
        settings.chroma_path.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(str(settings.chroma_path), settings=quiet)
    address = urlsplit(settings.chroma_url)
    secure = address.scheme == "https"
    token = settings.chroma_token
    try:
        return chromadb.HttpClient(
            host=address.hostname or "",
            port=address.port or (443 if secure else 8000),
            ssl=secure,
            headers={"authorization": f"Bearer {token.get_secret_value()}"} if token else None,
            settings=quiet,
        )
    except ValueError as error:
        raise KnowledgeUnavailable("the Chroma server can't be reached") from error
