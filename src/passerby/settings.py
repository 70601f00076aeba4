"""Every setting: name, default, help, in one place; ``configuration.py`` finds out what each is in a run."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from passerby.errors import UsageError

SettingValue = str | int | float


def _setting(default: Any, help_text: str, least: float | None = None) -> Any:
    return field(default=default, metadata={"help": help_text, "least": least})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run; ``configuration.configured`` makes them from the outside."""

    library: str = _setting("passerby-library", "Where the library is: a folder, or postgresql://USER@HOST/DATABASE.")
    blobs: str = _setting(
        "",
        "Where a new library keeps its files: a folder, or s3://BUCKET/PREFIX; empty: beside its database. One that "
        "is there knows it.",
    )
    spool_gb: float = _setting(
        50.0,
        "How much of objects may lie on this machine while they are worked on, in GB.",
        least=0.001,
    )
    link_seconds: int = _setting(
        0,
        "How long the address holds by which a copy is downloaded from the object storage itself; 0: it comes through "
        "the server.",
        least=0,
    )
    models_dir: str = _setting("", "Folder for pulled models; empty: the user's data folder.")
    mirrors: str = _setting(
        "",
        "Addresses to fetch models from in the place of others: FROM=TO, such as "
        "https://huggingface.co=https://MIRROR/hf, with spaces between. Packages come from pip's own index.",
    )
    provider: str = _setting("cpu", "What runs the models: cpu, cuda, coreml, directml or openvino.")
    threads: int = _setting(0, "Threads of one model; 0: one for each core, half where two run at once.", least=0)
    engine: str = _setting(
        "local",
        "What runs the work on videos: local, in processes of this machine; ray, a cluster of Ray that is started "
        "for it here; or ray://HOST:PORT, one that runs.",
    )
    workers: int = _setting(0, "Videos worked on at once; 0: one for every two cores.", least=0)
    parts: int = _setting(
        0,
        "Into how many parts, at most, a video of 20 minutes or more is divided, for several workers to work on it; "
        "0: as many as there are workers for each video.",
        least=0,
    )
    gpu_share: float = _setting(
        1.0,
        "How much of a graphics card a job asks Ray for if the provider is cuda; 0.5 lets two share it.",
        least=0,
    )
    memory_mb: int = _setting(
        4096, "Memory, in MB, that a process which decodes may use before it is ended.", least=256
    )
    jobs: int = _setting(1, "Jobs that a server works on at once.", least=1)
    lease_seconds: float = _setting(
        15.0, "How long the jobs of a server wait for it that is not heard of, before another takes them up.", least=0.5
    )
    upload_gb: float = _setting(50.0, "The largest file that a server takes in, in GB.", least=0.001)
    uploads: int = _setting(100, "Unfinished uploads that one user may have.", least=1)
    oidc_issuer: str = _setting(
        "",
        "Where users may log in with an account that they have there (OpenID Connect), such as https://id.example.org.",
    )
    oidc_client: str = _setting("", "The id by which that provider knows this server.")
    oidc_secret_file: str = _setting("", "A file with the secret that the server shows the provider, if it has one.")
    oidc_roles: str = _setting(
        "",
        "Which role who comes from there has: CLAIM:VALUE=viewer or =reviewer, with spaces between; the first that "
        "fits. None has a role otherwise, and nobody is made an admin.",
    )
    oidc_takes_in: int = _setting(
        0, "1: who has a role by that is taken in as a new user; 0: only who is a user already logs in.", least=0
    )
    mail_server: str = _setting("", "The server that sends mails to users who want them: HOST or HOST:PORT.")
    mail_from: str = _setting("", "The address that those mails come from.")
    mail_user: str = _setting("", "As whom the mail server is logged in at; empty: not at all.")
    mail_password_file: str = _setting("", "A file with the password for that in its first line.")
    mail_security: str = _setting("starttls", "How mails are kept secret on the way: starttls, tls or none.")
    uploads_gb: float = _setting(200.0, "How large those may be in all, in GB.", least=0.001)
    trash_days: float = _setting(
        30.0, "How many days a video stays in the trash before a server forgets it for good.", least=0
    )
    evidence_check_days: float = _setting(
        30.0, "After how many days an item of evidence is to be read again and compared; 0: never by itself.", least=0
    )
    roots: str = _setting("", "Folders from which a server may add files by their path, with colons between.")
    private_hooks: int = _setting(0, "1: a server may tell addresses in private networks that a job ended.", least=0)
    stall_seconds: float = _setting(
        120.0,
        "Time without progress after which a worker is ended; others: three times that.",
        least=1,
    )
    tries: int = _setting(3, "How often work is begun whose process dies or is ended, before it fails.", least=1)
    samples_per_second: float = _setting(2.0, "How often a frame is searched for objects and people.", least=0.1)
    objects: str = _setting("", "Detector of objects, by its name in the catalog; empty: the best that is here.")
    people: str = _setting(
        "", "Detector of people, by its name: one of objects that knows people; empty: the best that is here."
    )
    faces: str = _setting(
        "",
        "Detector of faces, by its name, for audits and for the people that are masked; empty: the best that is here.",
    )
    redacted_faces: str = _setting("", "Detector of the faces that redaction hides; empty: the best that is here.")
    plates: str = _setting("plates", "Detector of licence plates, by its name in the catalog.")
    text_finder: str = _setting("ppocr-det", "Detector of text on screen, by its name in the catalog.")
    text_reader: str = _setting("ppocr-rec", "What reads text on screen, by its name in the catalog: which letters.")
    image_text: str = _setting("", "What compares pictures with words, by its name; empty: the best that is here.")
    speech: str = _setting("", "What transcribes speech: speech-base or speech-tiny; empty: the best that is here.")

    def placed(self) -> "Settings":
        """The same for one job, in a process that is in another folder, perhaps on another machine."""
        library = self.library if "://" in self.library else str(Path(self.library).absolute())
        models = self.models_dir and str(Path(self.models_dir).absolute())
        return replace(self, library=library, models_dir=models, engine="local")

    @property
    def library_path(self) -> Path:
        return Path(self.library)


FIELDS = MappingProxyType({field.name: field for field in dataclasses.fields(Settings)})
DEFAULTS: Mapping[str, SettingValue] = MappingProxyType(dataclasses.asdict(Settings()))


def parse_setting(name: str, value: object, where: str) -> SettingValue:
    """The value of a setting, of what was given for it at ``where``. Raises UsageError for what it cannot be."""
    parsed = _as_default(DEFAULTS[name], value, where)
    least = FIELDS[name].metadata["least"]
    # Not (parsed >= least), so that "nan" is refused too.
    if least is not None and not isinstance(parsed, str) and not parsed >= least:
        raise UsageError(f"{where}: expected {least:g} or more, found {parsed:g}")
    return parsed


def _as_default(default: SettingValue, value: object, where: str) -> SettingValue:
    """The value as one of the default's kind."""
    try:
        if isinstance(default, int):
            return int(str(value))
        return float(str(value)) if isinstance(default, float) else str(value)
    except ValueError as error:
        raise UsageError(f"{where}: expected {type(default).__name__}, found {value!r}") from error
