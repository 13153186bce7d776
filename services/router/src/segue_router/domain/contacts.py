"""What becomes known of a contact: later words win, and nothing known is forgotten."""

from segue_common.events import Contact


def merged(known: Contact, news: Contact | None) -> Contact:
    """The contact with everything that `news` adds or corrects."""
    if news is None:
        return known
    fields = {name: value for name in ("name", "phone", "email") if (value := getattr(news, name))}
    return known.model_copy(update=fields)
