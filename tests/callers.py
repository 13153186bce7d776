"""What leads who want to be rung write, and what they say once they are."""

WANTS_A_CALL = (
    "Hi, I need a root canal, my budget is up to $1500, I decide myself and it has to be this "
    "week. Please call me"
)
PICKS_FIRST = [
    {"hears": "good time", "does": ["yes it is"]},
    {"hears": r"\d", "does": ["the first one"], "once": True},
    {"hears": "booked|see you", "does": ["great, bye"]},
]
