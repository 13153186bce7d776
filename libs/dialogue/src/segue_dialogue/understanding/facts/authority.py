"""Who decides: the person alone, together with a partner, or somebody else."""

from segue_dialogue.understanding.facts.found import Found
from segue_dialogue.understanding.lexicon import matches_any
from segue_dialogue.understanding.message import Message

# In this order: "I'm the owner but my boss decides" isn't a decider, and who decides with a wife
# decides jointly even when both own the house.
_ROLES = ("influencer", "joint", "decider")


def find_authority(message: Message, *, asked: bool, spoken: tuple[str, ...]) -> Found | None:
    """The first role that the words show; when it was asked for, short answers count too."""
    for ending in ("", "_answer") if asked else ("",):
        for role in _ROLES:
            found = matches_any(f"authority_{role}{ending}", spoken, message.plain)
            if found and found.end() > found.start():
                return Found("authority", {"role": role}, found.start(), found.end())
    return None
