"""What S3 and the libraries that speak to it raise, as errors of ours.

Only the code of an error is told, never its text: what a store writes into that is its own business, and may be a key.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from passerby.errors import ChangedObjectError, MissingObjectError, ObjectStorageError
from passerby.object_storage.address import ObjectAddress

_MISSING = frozenset({"NoSuchKey", "NoSuchUpload", "NoSuchVersion", "404"})
_NO_BUCKET = frozenset({"NoSuchBucket", "InvalidBucketName"})
_CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "InvalidRange", "416"})
_DENIED = frozenset({"AccessDenied", "AllAccessDisabled", "MethodNotAllowed", "InvalidObjectState", "403", "405"})
_NOT_KNOWN = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "InvalidSecurity"}
    | {"TokenRefreshRequired", "InvalidClientTokenId", "AuthorizationHeaderMalformed", "RequestTimeTooSkewed"}
)
# By their names: the classes are botocore's, which is here only where the extra is.
_NO_CREDENTIALS = frozenset(
    {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound"}
    | {"ConfigParseError", "TokenRetrievalError", "UnauthorizedSSOTokenError", "SSOTokenLoadError"}
)
_FROM_WHERE = "they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine"


@contextmanager
def told(address: ObjectAddress, what: str) -> Iterator[None]:
    """What is raised in the block by whoever speaks to the store is an ObjectStorageError; ``what`` was being done."""
    try:
        yield
    except ObjectStorageError:
        raise
    except Exception as error:  # an outer door: what s3fs, botocore and aiohttp raise has no common class
        raise _translated(address, what, error) from None  # the chain would hold requests with their headers


def code_of(error: BaseException) -> str:
    """The store's own code for an error; "" for one that it has not sent."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return code_of(error.__cause__) if error.__cause__ is not None else ""
    return str(response.get("Error", {}).get("Code", ""))


def _translated(address: ObjectAddress, what: str, error: Exception) -> ObjectStorageError:
    code = code_of(error)
    if code in _MISSING:
        return MissingObjectError(f"{address}: expected an object, found none (any more)")
    if code in _NO_BUCKET:
        return ObjectStorageError(f"s3://{address.bucket}: expected a bucket, found none; make it, or name another")
    if code in _CHANGED:
        return ChangedObjectError(f"{address}: expected an object that stays as it is, found that it has changed")
    if code in _DENIED:
        return ObjectStorageError(
            f"{address}: expected credentials that may {what}, found that the store does not allow it ({code}); give "
            "them the permission, or use others"
        )
    if code in _NOT_KNOWN:
        return ObjectStorageError(
            f"{address}: expected credentials that the store knows, found that it does not ({code}); {_FROM_WHERE}"
        )
    names = {kind.__name__ for each in (error, error.__cause__) for kind in type(each).__mro__}
    if names & _NO_CREDENTIALS:
        return ObjectStorageError(
            f"{address}: expected credentials, found none that can be used ({type(error).__name__}); {_FROM_WHERE}"
        )
    if code:
        return ObjectStorageError(f"{address}: the store cannot {what} ({code}); try again, or ask who runs it")
    return ObjectStorageError(
        f"{address}: expected a store that answers, found none ({type(error).__name__}) when asked to {what}; check "
        "AWS_ENDPOINT_URL_S3 and the network, and run it again"
    )
