"""The tenant that a request's path names, with its calendar."""

from collections.abc import Mapping

from segue_common.runtime.problems import Problem
from starlette.requests import Request

from segue_booking.domain.calendar import Calendar


class Places:
    """The calendars by tenant, for routes under `/v1/{tenant}`."""

    def __init__(self, calendars: Mapping[str, Calendar]) -> None:
        self._calendars = calendars

    def calendar(self, request: Request) -> Calendar:
        """The calendar of the path's tenant; 404 if there is none."""
        calendar = self._calendars.get(request.path_params["tenant"])
        if calendar is None:
            raise Problem(404, "There is no such business here.")
        return calendar
