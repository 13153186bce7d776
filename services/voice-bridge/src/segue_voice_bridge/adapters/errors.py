"""What may go wrong with the carrier, told apart by what may be done about it."""


class CarrierError(Exception):
    """The carrier didn't do what was asked; the message is its own code, never a number."""


class CarrierBusy(CarrierError):
    """It can't now: 429 or a failure of its own."""


class CarrierSilent(CarrierError):
    """No answer came: it may have done it or not."""


class CarrierRefused(CarrierError):
    """It won't: the request is wrong, and stays wrong."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.code = code
