"""Puts support together: the library, the answerer, and the turns it takes."""

import asyncio

from segue_common.events import SupportTurnRequested
from segue_common.events.topics import TURNS_SUPPORT
from segue_common.runtime.service import Definition, Platform
from segue_common.runtime.settings import load
from segue_dialogue.model import open_model
from segue_dialogue.understanding import warm_up

from segue_support.agent import ANSWER, SupportAgent
from segue_support.answering import Answerer
from segue_support.knowledge.chroma import open_chroma
from segue_support.knowledge.embedding import make_embedder
from segue_support.knowledge.library import Library
from segue_support.loader import StartupLoader
from segue_support.retrieval import Retriever
from segue_support.settings import KnowledgeSettings


async def build(platform: Platform) -> Definition:
    """The support agent's definition."""
    settings = load(KnowledgeSettings).check()
    library = Library(settings, make_embedder(settings))
    model = open_model(lambda: platform.redis, platform.clock)
    if model is not None:
        platform.resources.push_async_callback(model.aclose)
    warm_up(platform.languages)
    if settings.chroma_url is None:
        # Importing Chroma takes seconds: now, not while somebody waits for an answer.
        await asyncio.to_thread(open_chroma, settings)
    agent = SupportAgent(
        Answerer(Retriever(library), model),
        platform.tenants,
        platform.clock,
        at_once=settings.is_local and model is None,
    )
    loader = StartupLoader(library, platform.tenants, platform.settings.tenants, platform.clock)
    return Definition(
        handler=agent.handle,
        handles={TURNS_SUPPORT: frozenset({SupportTurnRequested})},
        runners={ANSWER: agent.run},
        background=[loader.run],
        ready={"knowledge": loader.loaded},
    )
