"""Errors that a command shows to the person at the terminal, without a traceback."""


class CommandError(Exception):
    """A command can't go on; the message says why and what to do."""


# Errors of other packages whose text is meant for a person too. They are named, not imported,
# so that a command loads only what it uses.
_FOR_PEOPLE = {
    ("segue_common.runtime.settings", "ConfigurationError"),
    ("segue_common.runtime.database", "MigrationError"),
    ("segue_common.tenants.loader", "TenantError"),
    ("segue_local.stack.errors", "StackError"),
}


def is_for_people(error: BaseException) -> bool:
    """Whether the error's text alone tells a person what is wrong and what to do."""
    return isinstance(error, CommandError) or any(
        (kind.__module__, kind.__qualname__) in _FOR_PEOPLE for kind in type(error).__mro__
    )
