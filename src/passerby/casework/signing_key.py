"""Where the key of a library lies: in its folder; of one in a database, in a folder of this user."""

from hashlib import sha256

from platformdirs import user_data_path

from passerby.errors import StoreError
from passerby.evidence.library_key import LibraryKey
from passerby.files import private
from passerby.settings import Settings
from passerby.store.library import is_postgres, shown_address


def key_of(settings: Settings) -> LibraryKey:
    """The key by which the library of these settings signs, made if there is none. Raises StoreError.

    A library in a database has one for each machine that signs: carry the folder along where they are to be one.
    """
    if not is_postgres(settings.library):
        return LibraryKey.of(settings.library_path)
    known = sha256(shown_address(settings.library).encode()).hexdigest()[:16]
    folder = user_data_path("passerby") / "keys" / known
    try:
        folder.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: expected a folder for the library's key, which can be made ({error})") from error
    return LibraryKey.of(folder)
