"""The language of a call: who switches on the telephone is answered in the new one."""

from segue_dialogue.understanding import surely_in

from segue_voice_bridge.domain.agent.session import Session


def switched(session: Session, text: str) -> Session:
    """The session after the person's words, in their language if they are surely in another one
    that this call can go on in."""
    wanted = surely_in(text, session.language, session.business_language)
    if wanted is None or wanted == session.language or wanted not in session.languages:
        return session
    # What they told in the chat was told in other words than these.
    return session.model_copy(update={"language": wanted, "noted": True})
