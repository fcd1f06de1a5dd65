"""What can go wrong between a program and the service."""


class CruddurError(Exception):
    """Any failure of the service or of the way to it."""


class ApiError(CruddurError):
    """The service has refused a request (RFC 9457).

    `status` is the HTTP status, `code` the stable name of the problem, such as `not_found`, `detail` a
    sentence for people. `field` names the part of the request that was wrong, where it was one.
    """

    def __init__(self, status: int, code: str, detail: str, field: str | None = None) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field


class Unavailable(CruddurError):
    """The service did not answer, or said that it cannot now, at each try.

    A message may have been stored all the same. To send it again with the same `message_uuid` is safe.
    """


class StateInUse(CruddurError):
    """Another process has the bot's state file."""
