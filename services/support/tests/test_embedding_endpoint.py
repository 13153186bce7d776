"""Vectors from an OpenAI-compatible endpoint, which may be slow, wrong or away."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr
from segue_common.runtime.settings import ConfigurationError
from segue_support.knowledge.documents import EmbeddingUnavailable
from segue_support.knowledge.embedding import BuiltInEmbedder, make_embedder
from segue_support.knowledge.endpoint import FAILURES, OPEN_SECONDS, EndpointEmbedder
from segue_support.knowledge.library import Library
from segue_support.knowledge.loading import load_if_changed
from segue_support.retrieval import Retriever
from segue_support.settings import KnowledgeSettings
from support_lab import after, small_chunks

# Each word has a direction of its own, so that texts that share words are near each other.
DIMENSIONS = {"small": 48, "large": 96}


class Endpoint:
    """Answers `POST /v1/embeddings` as the public one does, or fails as it is told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.left_out = 0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                endpoint.asked.append({"path": self.path, **body})
                endpoint.keys.append(self.headers["authorization"])
                reply = json.dumps(endpoint.reply(body["model"], body["input"])).encode()
                self.send_response(endpoint.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def reply(self, model: str, texts: list[str]) -> dict[str, object]:
        if self.status != 200:
            return {"error": {"message": "no", "type": "server_error"}}
        rows = [
            {"object": "embedding", "index": place, "embedding": vector(text, DIMENSIONS[model])}
            for place, text in enumerate(texts)
        ]
        # Providers promise no order.
        data = rows[::-1][self.left_out :]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return {"object": "list", "data": data, "model": model, "usage": usage}

    def embedder(self, model: str = "small") -> EndpointEmbedder:
        return EndpointEmbedder(model, "key-1", self.base_url)


def vector(text: str, dimensions: int) -> list[float]:
    made = [0.0] * dimensions
    for word in text.lower().split():
        made[sum(map(ord, word)) % dimensions] += 3.0
    return made


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.server.shutdown()
    endpoint.server.server_close()


def library_with(tmp_path: Path, embedder: EndpointEmbedder | BuiltInEmbedder) -> Library:
    return Library(KnowledgeSettings(chroma_path=tmp_path / "chroma"), embedder)


def test_the_environment_names_the_endpoint_and_the_model(endpoint: Endpoint) -> None:
    settings = KnowledgeSettings(
        chroma_path=Path("x"), embedding_model="small", api_key=SecretStr("key-1"),
        base_url=endpoint.base_url,
    )  # fmt: skip
    vectors = make_embedder(settings.check()).embed(["one", "two words"])
    assert vectors.shape == (2, DIMENSIONS["small"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    assert endpoint.asked[0]["path"] == "/v1/embeddings"
    assert endpoint.asked[0]["model"] == "small"
    assert endpoint.keys == ["Bearer key-1"]
    assert not settings.is_local


def test_a_model_without_a_key_is_a_wrong_configuration() -> None:
    settings = KnowledgeSettings.model_construct(
        chroma_url=None, chroma_path=Path("x"), embedding_model="small", api_key=None
    )
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        settings.check()


def test_vectors_come_in_the_order_of_the_texts_over_many_requests(endpoint: Endpoint) -> None:
    texts = [f"word{number}" for number in range(300)]
    vectors = endpoint.embedder().embed(texts)
    assert len(endpoint.asked) == 3
    expected = np.argmax([vector(text, DIMENSIONS["small"]) for text in texts], axis=1)
    assert np.argmax(vectors, axis=1).tolist() == expected.tolist()


def test_questions_are_answered_with_the_endpoints_vectors(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    library = library_with(tmp_path, endpoint.embedder())
    library.load("acme", small_chunks(hours="Open at 9.", parking="Behind it."), "a", after(0))
    found = Retriever(library).find("acme", "parking behind it")
    assert found[0].chunk.text == "Behind it."
    assert endpoint.asked[-1]["input"] == ["parking behind it"]


def test_another_model_makes_all_vectors_anew_and_none_are_compared_across(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "hours.md").write_text("# Hours\n\nWe open at 9 am.")
    small = library_with(tmp_path, endpoint.embedder("small"))
    assert load_if_changed(small, "acme", folder, after(0)) is not None
    large = library_with(tmp_path, endpoint.embedder("large"))
    retriever = Retriever(large)
    asked = len(endpoint.asked)
    assert "9 am" in retriever.find("acme", "when do you open")[0].chunk.text
    assert len(endpoint.asked) == asked, "no vector of the new model is held against old ones"
    report = load_if_changed(large, "acme", folder, after(1))
    assert report is not None
    assert (report.loaded.added, report.loaded.kept) == (1, 0)
    assert "9 am" in retriever.find("acme", "when do you open")[0].chunk.text
    assert load_if_changed(large, "acme", folder, after(2)) is None


def test_one_name_at_two_endpoints_may_be_two_models() -> None:
    public = EndpointEmbedder("small", "k", None)
    own = EndpointEmbedder("small", "k", "http://embeddings.internal:8000/v1")
    assert public.name == "small@api.openai.com"
    assert own.name == "small@embeddings.internal:8000"


def test_while_the_endpoint_fails_questions_are_answered_by_words(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    library = library_with(tmp_path, endpoint.embedder())
    library.load("acme", small_chunks(hours="Open at 9.", parking="Behind it."), "a", after(0))
    endpoint.status = 500
    assert Retriever(library).find("acme", "is there parking")[0].chunk.text == "Behind it."


def test_a_load_that_gets_no_vectors_changes_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    library = library_with(tmp_path, endpoint.embedder())
    before = library.load("acme", small_chunks(hours="Open at 9."), "a", after(0)).version
    endpoint.status = 500
    with pytest.raises(EmbeddingUnavailable):
        library.load("acme", small_chunks(hours="Open at 8."), "b", after(1))
    assert library.current("acme") == before


def test_an_endpoint_that_leaves_a_text_out_has_failed(endpoint: Endpoint) -> None:
    endpoint.left_out = 1
    with pytest.raises(EmbeddingUnavailable, match="another number"):
        endpoint.embedder().embed(["one", "two"])


def test_nobody_waits_for_an_endpoint_that_is_down_and_it_is_tried_again(
    endpoint: Endpoint,
) -> None:
    now = 0.0
    embedder = EndpointEmbedder("small", "k", endpoint.base_url, clock=lambda: now)
    endpoint.status = 500
    for _ in range(FAILURES + 2):
        with pytest.raises(EmbeddingUnavailable):
            embedder.embed(["one"])
    assert len(endpoint.asked) == FAILURES
    endpoint.status, now = 200, OPEN_SECONDS + 1
    assert embedder.embed(["one"]).shape == (1, DIMENSIONS["small"])
