"""What one message means: the parts of the understanding put together, as a pure function."""

from collections.abc import Iterable
from datetime import UTC, datetime

from segue_dialogue.understanding.consent import wants_in, wants_out
from segue_dialogue.understanding.courtesy import affirmation, greets, thanks
from segue_dialogue.understanding.facts import find_facts
from segue_dialogue.understanding.facts.contact import find_emails, find_phones
from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.facts.money import find_money, money_spans
from segue_dialogue.understanding.intents.decide import decide, prepare
from segue_dialogue.understanding.language import detect_language, likely_languages
from segue_dialogue.understanding.lexicon import compile_phrases, languages, tells_facts
from segue_dialogue.understanding.message import Message, read, without_surrogates
from segue_dialogue.understanding.models import Context, Understanding
from segue_dialogue.understanding.requests import asks_for_call, asks_for_human, tells_emergency
from segue_dialogue.understanding.times import find_times
from segue_dialogue.understanding.times.named import TimeFound
from segue_dialogue.understanding.times.vocabulary import calendars

_NO_CONTEXT = Context()
_ASKS_TIME = ("choose_slot",)
MOST_TELLING = 3  # languages whose words for facts are tried


def understand(text: str, *, context: Context = _NO_CONTEXT, now: datetime) -> Understanding:
    """Understand a message of any length and content; only a naive `now` is an error (ValueError).

    Facts and times quote the message verbatim; times are in the zone of `now`. Whole-message stop
    words are an opt-out whatever was asked. `wants_human` holds exactly when the intent is
    `human`, except that an opt-out is always `other`.
    """
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    text = without_surrogates(text)
    message = read(text)
    language = detect_language(text, context.language or "en")
    spoken = _spoken(language, context)
    tried = tuple(dict.fromkeys((*spoken, *_known(likely_languages(text, message.words)))))
    # What is short and opens a conversation may be in any language that its times are read in.
    shown = detect_language(text, "")
    unsure = not context.language and shown not in calendars()
    guesses = tried if unsure else ()
    telling = _telling(text, context, tried)
    facts, times = _found(message, context, now, spoken, telling=telling, guesses=guesses)
    opt_out = wants_out(message, tried)
    wants_call = not opt_out and asks_for_call(message, tried)
    answer = affirmation(message, spoken, tried, asked=None if wants_call else context.question)
    decision = decide(
        message,
        context,
        facts,
        times,
        answer,
        opted=opt_out or wants_in(message, tried),
        human=asks_for_human(message, tried),
        call=wants_call,
        # The model knows English better than phrases of other languages would.
        tried=() if shown == "en" else tried,
    )
    return Understanding(
        text=text,
        language=language,
        intent=decision.intent,
        confidence=decision.confidence,
        wants_human=decision.intent == "human",
        opt_out=opt_out,
        opt_in=not opt_out and wants_in(message, tried),
        affirmation=answer,
        facts=tuple(fact.quoted(message) for fact in facts if _is_verbatim(fact, message, text)),
        times=tuple(found.reference for found in times if found.reference.quote in text),
        wants_call=wants_call,
        emergency=tells_emergency(message, tried),
        asks_facts=decision.asks_facts,
        greeting=greets(message, spoken),
        thanks=thanks(message, spoken),
    )


def warm_up(languages: Iterable[str] = ()) -> None:
    """Load weights and patterns now, so that the first message isn't slow: those of English and of
    `languages`. Any other language is made ready by its own first message, which takes it up to
    half a second."""
    prepare()
    moment = datetime(2026, 1, 14, tzinfo=UTC)
    for language in _known(dict.fromkeys(("en", *languages))):
        compile_phrases(language)
        context = Context(language=language)
        understand("Hi, tomorrow at 3 for $5? 212 555 0187", context=context, now=moment)


def _found(
    message: Message,
    context: Context,
    now: datetime,
    spoken: tuple[str, ...],
    *,
    telling: tuple[str, ...],
    guesses: tuple[str, ...],
) -> tuple[list[Found], list[TimeFound]]:
    """Facts and times; what is a number to ring or a sum of money isn't read as a time too."""
    asked = context.question
    contacts = find_emails(message)
    clear = message.blanked([found.span for found in contacts])
    contacts += find_phones(clear, context.region, asked=asked == "phone", spoken=telling)
    clear = message.blanked([found.span for found in contacts])
    monies = find_money(clear, context.currency, telling)
    claimed = money_spans(clear, monies, asked=asked in ("budget", "people"), spoken=telling)
    times = find_times(
        clear.blanked(claimed),
        now,
        region=context.region,
        expects_time=asked in _ASKS_TIME,
        languages=spoken,
        guesses=guesses,
    )
    facts = find_facts(
        message, context, now, telling, contacts=contacts, monies=monies, times=times
    )
    return facts, times


def _is_verbatim(fact: Found, message: Message, text: str) -> bool:
    """A quote across the seam of a shortened message isn't in the text, so it proves nothing."""
    quote = message.quote(fact.start, fact.end)
    return bool(quote) and quote in text


def _spoken(language: str, context: Context) -> tuple[str, ...]:
    """The languages whose phrases are tried; English always, since people mix it in."""
    wanted = dict.fromkeys((language, context.language or "en", "en"))
    return _known(wanted)


def _telling(text: str, context: Context, tried: tuple[str, ...]) -> tuple[str, ...]:
    """The languages whose words for facts are tried: the message's own and the conversation's.

    English too where neither is told well enough: in a message that is surely in another
    language its short words mean other things.
    """
    shown = detect_language(text, "")
    wanted = dict.fromkeys(code for code in (shown, context.language) if code)
    telling = tuple(code for code in wanted if tells_facts(code))
    if shown and telling and (shown == telling[0] or telling[0] != "en"):
        return telling
    others = (code for code in tried if tells_facts(code))
    return tuple(dict.fromkeys((*telling, *others, "en")))[:MOST_TELLING]


def _known(wanted: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in wanted if code in languages())
