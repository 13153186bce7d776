"""The support agent: takes turns, and answers them at once or by a job."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from segue_common.decisions import NewJob
from segue_common.events import (
    Event,
    EventData,
    ModelUse,
    SupportTurnRequested,
    TurnCompleted,
    TurnRequest,
)
from segue_common.runtime.clock import Clock
from segue_common.runtime.jobs import Done, Job, Outcome, Retry
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant
from segue_dialogue.model import count_use
from segue_dialogue.understanding import Context, understand

from segue_support import metrics
from segue_support.answering import Answerer
from segue_support.domain.turns import Answer, Inquiry, answered, inquiry, without_question
from segue_support.knowledge.documents import KnowledgeUnavailable

log = logging.getLogger(__name__)

ANSWER = "answer"
# The lead waits: after this many tries the agent says that it can't answer.
TRIES = 3
TRY_AGAIN = timedelta(seconds=1)


class SupportAgent:
    """Answers turns. `at_once` in the handler, where nothing outside this process is asked; by
    a job where a model, an embedding endpoint or a Chroma server is."""

    def __init__(
        self, answerer: Answerer, tenants: Mapping[str, Tenant], clock: Clock, *, at_once: bool
    ) -> None:
        self._answerer = answerer
        self._tenants = tenants
        self._clock = clock
        self._at_once = at_once

    async def handle(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        """Answer requests, and send out the answers that jobs have made."""
        for event in events:
            match event.data:
                case TurnCompleted() as completed:
                    work.publish(event)
                    if completed.model_use is not None:
                        _count_after_commit(work, event.tenant, completed.model_use)
                case SupportTurnRequested() as request:
                    await self._take(work, event, request)

    async def run(self, job: Job) -> Outcome:
        """The job's runner: asking again does no harm, so an interrupted try is just repeated."""
        request = SupportTurnRequested.model_validate_json(job.payload)
        wanted = self._inquiry(request, job.tenant)
        if wanted is None:
            return Done((without_question(request),))
        try:
            return Done((await self._answered(request, wanted, job.tenant),))
        except KnowledgeUnavailable as error:
            if job.attempt < TRIES:
                return Retry(self._clock() + TRY_AGAIN * job.attempt, str(error))
            return Done((_unavailable(request, wanted, error),))

    async def _take(
        self, work: Transaction, event: Event[EventData], request: SupportTurnRequested
    ) -> None:
        wanted = self._inquiry(request, event.tenant)
        if wanted is None:
            work.emit(without_question(request), event)
        elif self._at_once:
            try:
                completed = await self._answered(request, wanted, event.tenant)
            except KnowledgeUnavailable as error:
                completed = _unavailable(request, wanted, error)
            work.emit(completed, event)
        else:
            work.schedule(NewJob(ANSWER, str(request.turn_id), request), event)

    async def _answered(
        self, request: TurnRequest, wanted: Inquiry, tenant_id: str
    ) -> TurnCompleted:
        done = await self._answerer.answers(
            self._tenants[tenant_id],
            wanted.questions,
            earlier=wanted.earlier,
            language=request.language,
        )
        for answer in done.answers:
            metrics.QUESTIONS.labels(tenant_id, str(answer.text is not None).lower()).inc()
        return answered(request, wanted, done.answers, done.use)

    def _inquiry(self, request: TurnRequest, tenant_id: str) -> Inquiry | None:
        return inquiry(request, small_talk=self._is_small_talk(request, self._tenants[tenant_id]))

    def _is_small_talk(self, request: TurnRequest, tenant: Tenant) -> bool:
        """Whether every message is a greeting, thanks, or a plain yes or no."""
        context = Context(
            language=request.language, question=request.question, region=tenant.region,
            currency=tenant.currency, vertical=tenant.vertical,
        )  # fmt: skip
        now = self._clock().astimezone(tenant.zone)
        understood = [
            understand(line.text, context=context, now=now) for line in request.new_messages
        ]
        return all(
            one.intent in ("other", "sales")
            and (one.greeting or one.thanks or one.affirmation is not None)
            for one in understood
        )


def _count_after_commit(work: Transaction, tenant: str, use: ModelUse) -> None:
    async def count() -> None:
        count_use("support", tenant, use)

    work.after_commit.append(count)


def _unavailable(
    request: TurnRequest, wanted: Inquiry, error: KnowledgeUnavailable
) -> TurnCompleted:
    metrics.UNAVAILABLE.inc()
    log.error("answering without the knowledge base", exc_info=error)
    return answered(
        request,
        Inquiry(wanted.questions, sure=True, earlier=()),
        [Answer(question) for question in wanted.questions],
    )
