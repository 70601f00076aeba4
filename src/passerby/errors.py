"""The one exception tree.

PasserbyError
├── UsageError            wrong option, unknown name, unknown video       (exit code 2)
│   ├── UnknownVideoError  nothing in the library answers to that name
│   ├── UnknownError       there is no job, plan, copy or picture of that id
│   ├── HeldError          what is to be forgotten or taken away is under a hold
│   ├── StaleError         what is changed is not what it was: somebody was faster
│   ├── UnknownUploadError there is no such upload (any more)
│   ├── BusyUploadError    bytes of an upload are being received already
│   ├── LargeUploadError   a file is larger than a server takes
│   ├── ManyUploadsError   one user has begun too many uploads
│   ├── OffsetError        bytes were sent for another place than the end
│   └── ChecksumError      what came is not what was sent
├── MediaError            one input cannot be used                        (exit code 1)
│   ├── UnreadableError    missing, no permission to read or write, the disk fails
│   ├── NotVideoError      readable, but there is no video in it
│   └── DamagedError       video, but damaged or too large for what was asked
├── ModelError            a model cannot be used
│   ├── MissingModelError  its weights are not here yet                   (exit code 4)
│   ├── WeightsError       its weights are not what the catalog says
│   └── VocabularyError    it names what Passerby never names (law 2)
├── MissingExtraError     an optional package is not installed            (exit code 4)
├── PluginError           what another package adds cannot be used
├── NotAllowedError       who asks may not do that                        (exit code 1)
├── LogInError            who is there has not shown to be a user      (exit code 1)
│   └── TooManyTriesError  too many wrong passwords; the next may come later
├── StoreError            the library's database cannot be used
│   ├── GoneError          the server of the database is away
│   ├── ForgottenError     the video was forgotten while it was worked on
│   └── ObjectStorageError a bucket or an object does not do what is asked
│       ├── MissingObjectError there is no such object (any more)
│       └── ChangedObjectError it is not what it was
├── OutputError           a redacted copy cannot be made or written: there is none then
│   └── GopCopyError       a video's pictures cannot be copied in groups; all of them can still be encoded
├── StampError           an authority gave no time stamp, or none that can be used
├── LeakError             something that should be hidden shows           (exit code 3)
├── ApiError              a server refused what a program asked by its client
└── WorkerError           a worker process died, stalled or outgrew its limits
    └── QuarantinedError   a video has cost its workers as often as it may

Foreign errors (FFmpeg's, ONNX Runtime's, SQLite's) are translated where the foreign library lives, with
``raise … from``. A message says what was expected, what was found and what to do. Errors that only a server raises
(of uploads, and of what it has none of) are UsageErrors defined where they arise.
"""


class PasserbyError(Exception):
    """The base of every error that Passerby raises on purpose."""


class UsageError(PasserbyError):
    """The call itself is wrong: an option, a name, a value."""


class UnknownVideoError(UsageError):
    """No video, or more than one, answers to the name that was given."""


class UnknownError(UsageError):
    """There is nothing of that id: a job, a plan, a copy, a picture."""


class StaleError(UsageError):
    """What is to be changed is not what it was; the message says who has changed it, and when."""


class HeldError(UsageError):
    """Somebody holds it as evidence: it stays until that is lifted."""


class UnknownUploadError(UsageError):
    """There is no such upload (any more)."""


class BusyUploadError(UsageError):
    """Bytes of this upload are being received at this moment."""


class LargeUploadError(UsageError):
    """The file is larger than this server takes."""


class ManyUploadsError(UsageError):
    """One user has begun as many uploads, or such large ones, as may be unfinished at once."""


class OffsetError(UsageError):
    """Bytes were sent for another place than where the upload ends."""


class ChecksumError(UsageError):
    """What came is not what was sent."""


class MediaError(PasserbyError):
    """An input file cannot be used; other inputs are not touched by that."""


class UnreadableError(MediaError):
    """The file cannot be read, or not be written."""


class NotVideoError(MediaError):
    """The file can be read, but holds no video."""


class DamagedError(MediaError):
    """The file holds video, but is damaged or too large for what was asked: not one whole frame can be read, say."""


class EmptyExportError(PasserbyError):
    """A file that was asked for would hold nothing; the message says why."""


class ModelError(PasserbyError):
    """A model cannot be loaded or run."""


class MissingModelError(ModelError):
    """The weights of a model are not on this machine; the message names the command that gets them."""


class WeightsError(ModelError):
    """Weights are not what the catalog says: wrong hash, wrong signature, broken download."""


class VocabularyError(ModelError):
    """A name would describe a person or tell who they are (law 2)."""


class MissingExtraError(PasserbyError):
    """An optional package is needed; the message names the extra, and ``command`` is what installs it, if known."""

    def __init__(self, message: str, command: str = "") -> None:
        super().__init__(message)
        self.command = command


class PluginError(PasserbyError):
    """What another package adds cannot be used; the message names the package."""


class NotAllowedError(PasserbyError):
    """Who asks may not do that."""


class LogInError(PasserbyError):
    """The name or the password is wrong; which of them is not told."""


class TooManyTriesError(LogInError):
    """So many passwords were wrong that the next one is not looked at before ``seconds`` have passed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong passwords; try again in {seconds} s")
        self.seconds = seconds


class StoreError(PasserbyError):
    """The library's database cannot be opened, read or written."""


class GoneError(StoreError):
    """The server of the library's database cannot be reached, or went away; what was not committed did not happen."""


class ForgottenError(StoreError):
    """The video was forgotten while something was still being written about it."""


class ObjectStorageError(StoreError):
    """Object storage, which holds footage or a library's files, does not do what is asked of it."""


class MissingObjectError(ObjectStorageError):
    """There is no such object (any more)."""


class ChangedObjectError(ObjectStorageError):
    """An object was replaced, or is there although it should not be."""


class OutputError(PasserbyError):
    """A redacted copy cannot be made as asked, or not be written; nothing is left at its path."""


class GopCopyError(OutputError):
    """A video's groups of pictures cannot be copied as they are; the reason. Encoding all of it is the way then."""


class StampError(PasserbyError):
    """A time stamp is missing, of something else, or not signed by whom it should be."""


class LeakError(PasserbyError):
    """An audit found something that should be hidden and shows.

    ``found`` is all that is known of the copy that was not kept, for its report.
    """

    def __init__(self, message: str, found: object = None) -> None:
        super().__init__(message)
        self.found = found


class DoubtError(PasserbyError):
    """A person should look at the plan of a copy before it is made, and it was asked that one does."""


class ApiError(PasserbyError):
    """A server's answer to its client was an error, or there was none.

    ``status`` is HTTP's, 0 if the server cannot be reached; ``type`` the name of the error there, of this tree mostly.
    """

    def __init__(self, status: int, type: str, detail: str) -> None:  # noqa: A002 - as RFC 9457 calls it
        super().__init__(detail)
        self.status, self.type, self.detail = status, type, detail


class WorkerError(PasserbyError):
    """A worker process died, stalled, or used more memory than it may."""


class QuarantinedError(WorkerError):
    """A video has cost its workers as often as it may, and is not worked on before somebody says so."""
