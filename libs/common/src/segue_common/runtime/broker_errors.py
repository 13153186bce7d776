"""What an error of Kafka asks for: to set a record aside, an operator, or only patience."""

from aiokafka import errors

# The broker won't ever take this record, however often it is sent.
REFUSED = (
    errors.MessageSizeTooLargeError, errors.RecordTooLargeError, errors.RecordListTooLargeError,
    errors.PolicyViolationError,
)  # fmt: skip
# The broker or this machine is set up otherwise than Segue needs it: whatever the record, it waits
# for a person. A record gets its timestamp anew each time it is sent.
MISCONFIGURED = (
    errors.UnknownTopicOrPartitionError, errors.InvalidTopicError,
    errors.TopicAuthorizationFailedError, errors.ClusterAuthorizationFailedError,
    errors.GroupAuthorizationFailedError, errors.TransactionalIdAuthorizationFailed,
    errors.SaslAuthenticationFailed, errors.AuthenticationFailedError,
    errors.UnsupportedSaslMechanismError, errors.IllegalSaslStateError,
    errors.InvalidTimestampError,
)  # fmt: skip

_MISSING = (errors.UnknownTopicOrPartitionError, errors.InvalidTopicError)


def in_words(topic: str, error: BaseException) -> str:
    """What an operator has to do about one of `MISCONFIGURED`."""
    if isinstance(error, _MISSING):
        return f"{topic} is not on the broker: run `segue topics --apply`"
    if isinstance(error, errors.InvalidTimestampError):
        return f"{topic} takes nothing from this machine's time: set its clock"
    return f"the broker doesn't let us into {topic} ({type(error).__name__}): grant access to it"
