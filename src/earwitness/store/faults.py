"""What a database error means to the caller: come back later, or never."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from earwitness.store.seams import StoreError, StoreUnavailableError


def is_unavailable(error: SQLAlchemyError) -> bool:
    """Tell whether the database itself is in trouble (disk full, locked, gone), not the request."""
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return False
    return isinstance(error, DBAPIError | PoolTimeoutError)


def store_error(error: SQLAlchemyError) -> StoreError:
    """Return the error to raise in place of a database error; chain it with `from`."""
    cause = getattr(error, "orig", None) or error
    if is_unavailable(error):
        return StoreUnavailableError(
            f"The database cannot serve this request now ({cause}). Nothing was written. "
            "Check free disk space, file permissions and that the database server runs; then try again."
        )
    return StoreError(f"The database refused this request ({cause}).")
