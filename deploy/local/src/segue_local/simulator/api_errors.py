"""Twilio's REST errors: the codes that the simulator answers with, in the provider's shape."""

from starlette.responses import JSONResponse

MESSAGES = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url parameter is required"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid 'From' Number"),
    21213: (400, "'From' phone number is required"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' or 'MessagingServiceSid' is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    30007: (400, "Message filtered"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
    63016: (400, "Failed to send freeform message because you are outside the allowed window."),
    63018: (429, "Rate limit exceeded for Channel"),
}


class ApiRefusal(Exception):
    """A request that the REST API refuses with one of the codes above."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def error_response(
    code: int, status: int | None = None, detail: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    """The body `{code, message, more_info, status}` of every Twilio error."""
    usual_status, message = MESSAGES.get(code, (400, "Error"))
    status = status or usual_status
    body = {
        "code": code,
        "message": f"{message}: {detail}" if detail else message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return JSONResponse(body, status_code=status, headers=headers)
