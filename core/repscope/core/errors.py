"""Every error that a person can meet, one tree.

    RepscopeError
    ├── InvalidRecipe      422  the request names something that does not exist or does not fit
    ├── InvalidUpload      422  a file that arrived is not the one that was meant
    ├── NotFound           404  no such job, artifact, array or row
    ├── Conflict           409  it exists, but not in a state that allows this
    ├── TooLarge           413  more bytes than this server takes
    ├── Unavailable        503  a part that this needs is not running right now
    ├── StorageFull        507  there is no room for another byte
    ├── MethodFailed       500  a method cannot do what was asked of it
    └── Cancelled          409  a person stopped this

`str(error)` is one sentence that says what to do; the backend turns it into the one error body,
the worker host stores it with the job.
"""


class RepscopeError(Exception):
    """Base of all errors that are shown to people."""

    status = 500
    code = "internal"

    def __init__(self, message: str, *, field: str | None = None, job: str | None = None) -> None:
        """Say what happened and what to do.

        Args:
            message: One clear sentence.
            field: Path of the offending field, such as `params.k`, when there is one.
            job: Id of the job that this is about, when there is one.
        """
        super().__init__(message)
        self.message = message
        self.field = field
        self.job = job


class InvalidRecipe(RepscopeError):
    """A recipe that no method can make."""

    status = 422
    code = "invalid_recipe"


class InvalidUpload(RepscopeError):
    """A file that arrived is not the one that was meant."""

    status = 422
    code = "invalid_upload"


class NotFound(RepscopeError):
    """Nothing has this name."""

    status = 404
    code = "not_found"


class Conflict(RepscopeError):
    """The thing is there, but its state does not allow this."""

    status = 409
    code = "conflict"


class TooLarge(RepscopeError):
    """More bytes than this server takes."""

    status = 413
    code = "too_large"


class Unavailable(RepscopeError):
    """A part that this needs is not running right now."""

    status = 503
    code = "unavailable"


class StorageFull(RepscopeError):
    """There is no room left on a disk that this needs."""

    status = 507
    code = "storage_full"


class MethodFailed(RepscopeError):
    """A method cannot do what was asked of it; the message says why and what would work."""

    code = "method_failed"


class Cancelled(RepscopeError):
    """Raised inside a job when nobody wants its result any longer."""

    status = 409
    code = "cancelled"

    def __init__(self, message: str = "This job was cancelled.") -> None:
        """Say so."""
        super().__init__(message)
