"""Which language a conversation is in, and telling others when that changes."""

from segue_common.events import CallSaid, LanguageChanged
from segue_dialogue.understanding import detect_language, surely_in

from segue_router.domain.conversation import Conversation, Step

# These are answered by what somebody is called or has, whose words may be of any language.
ASKED_FOR_NAMES = frozenset({"name", "email", "phone"})


def follow(step: Step, text: str) -> Step:
    """After a message: the conversation in the language that the next answer is to be in."""
    return _told(step, with_language(step.state, text, step.tenant.languages.default))


def follow_call(step: Step, said: CallSaid) -> Step:
    """Who has switched on the call is written to in that language from then on."""
    if said.switched_to is None:
        return step
    update = {"language": said.switched_to, "language_is_sure": True}
    return _told(step, step.state.model_copy(update=update))


def with_language(state: Conversation, text: str, default: str) -> Conversation:
    """The conversation after a message, in the language that the next answer is to be in.

    A message is sure of its language if it has several words of it beside greetings, thanks, yes
    and no, and far more of it than of any other (`sure_language`). Until the first such message
    the language is a guess, made again with each message: the one that its words show a little,
    else the one guessed before, else the tenant's. From then on only a message that is surely in
    another language changes it: not one borrowed word, a name, an "ok" or a "gracias".
    """
    if state.language is not None and state.question in ASKED_FOR_NAMES:
        return state
    if sure := surely_in(text, state.language, default):
        return state.model_copy(update={"language": sure, "language_is_sure": True})
    if state.language_is_sure or not text.strip():
        return state
    return state.model_copy(update={"language": detect_language(text, state.language or default)})


def _told(step: Step, after: Conversation) -> Step:
    """What was the tenant's own all along is no change."""
    before = step.language
    step = step.change(language=after.language, language_is_sure=after.language_is_sure)
    if step.language == before:
        return step
    return step.emit(LanguageChanged(language=step.language))
