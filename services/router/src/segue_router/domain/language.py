"""Which language a conversation is in."""

from segue_dialogue.understanding import detect_language, sure_language

from segue_router.domain.conversation import Conversation

# These are answered by what somebody is called or has, whose words may be of any language.
ASKED_FOR_NAMES = frozenset({"name", "email", "phone"})


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
    if sure := _surely(state, text, default):
        return state.model_copy(update={"language": sure, "language_is_sure": True})
    if state.language_is_sure or not text.strip():
        return state
    return state.model_copy(update={"language": detect_language(text, state.language or default)})


def _surely(state: Conversation, text: str, default: str) -> str | None:
    """The language that the text is surely in; of the same language the known variant stays,
    or else the tenant's."""
    sure = sure_language(text)
    variants = (known for known in (state.language, default) if known and sure)
    return next((known for known in variants if known.startswith(f"{sure}-")), sure)
