"""Who did what at the console: every command leaves an entry in the log, or is named with the reason why not."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from clips import make_clip
from copies import audit_of_nothing
from libraries import add_copy, said
from notes import NOTED_COMMANDS, UNNOTED_COMMANDS
from passerby.accounts import Accounts
from passerby.cli.main import app, main
from passerby.evidence.custody import Custody
from passerby.settings import Settings
from passerby.store.library import open_store
from watched_sources import describe

PASSWORD = "correct horse battery staple"
NAME = "march.mp4"


def commands(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name


def named(told: str) -> str:
    """The command alone, without what it is given."""
    return " ".join(word for word in told.split() if word.islower() and not word.startswith("-"))


def test_every_command_is_noted_or_has_a_reason() -> None:
    classified = {named(told) for told in NOTED_COMMANDS} | set(UNNOTED_COMMANDS)
    assert set(commands(typer.main.get_command(app))) == classified


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / NAME, size=(64, 48), frames=12, rate=12)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Path:
    folder = tmp_path_factory.mktemp("copies")
    assert run(folder / "library", "redact", clip, "-o", folder / "copy.mp4", "--fast") == 0
    return folder / "copy.mp4"


def run(library: Path, *arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--library", str(library), *map(str, arguments)])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Path:
    """A library that holds the clip, which each test has a copy of."""
    library = tmp_path_factory.mktemp("filled") / "library"
    assert run(library, "add", clip, "--stages", "shots,vectors,thumbnails,people") == 0
    return library


def prepare(told: str, library: Path, clip: Path, folder: Path, filled: Path) -> None:
    """What there must be before that command."""
    if told == "add":
        open_store(library, create=True).close()
    else:
        shutil.copytree(filled, library)
    if told in ("users passwd", "users role", "users remove", "users token", "users revoke", "users link"):
        Accounts(Settings(library=str(library))).add_user("ann", PASSWORD, "viewer")
    if told == "users revoke":
        Accounts(Settings(library=str(library))).make_token("ann", "", ["read"], 1)
    if told.startswith("share "):
        manifest = {"copy": {"name": "safe.mp4"}, "summary": [], "audit": audit_of_nothing().document()}
        with open_store(library, create=False) as store:
            video = store.videos.all()[0].id
            add_copy(store, "c0ffee", video, manifest__json=json.dumps(manifest).encode())
    if told == "share revoke":
        assert run(library, "share", "add", "c0ffee") == 0
    if told.startswith("collection ") and told != "collection make":
        assert run(library, "collection", "make", "Trip") == 0
    if told in ("evidence hold", "evidence lift", "evidence export", "evidence check", "verify"):
        assert run(library, "evidence", "take", clip, "--case", "Case 7", "--stages", "shots") == 0
    if told == "evidence lift":
        assert run(library, "evidence", "hold", NAME, "--reason", "a claim") == 0
    if told in ("trash restore", "trash empty"):
        assert run(library, "trash", "put", NAME) == 0
    if told == "teach --remove":
        assert run(library, "teach", "kites", f"{NAME}@0") == 0
    if told.startswith("transcript"):
        with open_store(library, create=False) as store:
            [kept] = store.videos.all()
            store.sink.finish_stage(kept.id, "speech", "speech-key", [said("the whether", 0)])
    if told == "transcript --undo":
        assert run(library, "transcript", NAME, "0", "the weather") == 0
    if told == "chapters --remove":
        assert run(library, "chapters", NAME, "0:00.5", "Harbour") == 0
    if told == "watch remove":
        with open_store(library, create=False) as store:
            describe(store, "gate")
    if told == "redact FOLDER":
        (folder / "many").mkdir()
        (folder / "many" / NAME).write_bytes(clip.read_bytes())


def hold_in(library: Path) -> str:
    """The id of the hold in a library; "" for none."""
    with open_store(library, create=False) as store:
        return next((hold.id for hold in store.evidence.holds()), "")


@pytest.mark.parametrize("told", NOTED_COMMANDS)
def test_a_command_leaves_its_entry(
    told: str, tmp_path: Path, clip: Path, copy: Path, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, out = tmp_path / "library", tmp_path / "out"
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))
    monkeypatch.setattr("passerby.model_shop.pull", lambda *arguments: tmp_path)
    monkeypatch.setenv("PASSERBY_OIDC_ISSUER", "https://id.example.org")
    prepare(told, library, clip, tmp_path, filled)
    arguments: dict[str, tuple[object, ...]] = {
        "add": ("add", clip, "--stages", "shots"),
        "show": ("show", NAME),
        "show --html": ("show", NAME, "--html", out),
        "search": ("search", "march"),
        "search --clips": ("search", "march", "--clips", out),
        "search --clips --show-people": ("search", "march", "--clips", out, "--show-people"),
        "search --thumbnails": ("search", "march", "--thumbnails", out),
        "tag": ("tag", NAME, "0-1", "+kite"),
        "transcript": ("transcript", NAME),
        "transcript TEXT": ("transcript", NAME, "0", "the weather"),
        "transcript --undo": ("transcript", NAME, "0", "--undo"),
        "chapters NAME": ("chapters", NAME, "0:00.5", "Harbour"),
        "chapters --remove": ("chapters", NAME, "0:00.5", "--remove"),
        "teach": ("teach", "kites", f"{NAME}@0"),
        "teach --remove": ("teach", "kites", "--remove"),
        "forget": ("forget", NAME),
        "collection make": ("collection", "make", "Trip"),
        "collection add": ("collection", "add", "Trip", NAME),
        "collection take": ("collection", "take", "Trip", NAME),
        "collection change": ("collection", "change", "Trip", "--case"),
        "collection remove": ("collection", "remove", "Trip"),
        "evidence take": ("evidence", "take", clip, "--stages", "shots"),
        "evidence hold": ("evidence", "hold", "--case", "Case 7", "--reason", "a claim"),
        "evidence lift": ("evidence", "lift", hold_in(library)),
        "evidence check": ("evidence", "check", "--due"),
        "evidence export": ("evidence", "export", "Case 7", "-o", out),
        "verify": ("verify",),
        "trash put": ("trash", "put", NAME),
        "trash restore": ("trash", "restore", NAME),
        "trash empty": ("trash", "empty", "--all"),
        "export": ("export", NAME, "--format", "csv", "-o", out),
        "library copy": ("library", "copy", library, out),
        "redact": ("redact", clip, "-o", tmp_path / "copy.mp4", "--fast"),
        "redact --tracks": ("redact", clip, "--tracks", out, "--fast"),
        "redact FOLDER": ("redact", tmp_path / "many", "-o", out, "--fast"),
        "audit": ("audit", copy, "--original", clip),
        "models pull": ("models", "pull", "speech-tiny"),
        "users add": ("users", "add", "bob", "--role", "viewer"),
        "users passwd": ("users", "passwd", "ann"),
        "users role": ("users", "role", "ann", "admin"),
        "users remove": ("users", "remove", "ann"),
        "users token": ("users", "token", "ann"),
        "users revoke": ("users", "revoke", "ann", "1"),
        "users link": ("users", "link", "ann", "ann-1"),
        "share add": ("share", "add", "c0ffee"),
        "share revoke": ("share", "revoke", "1"),
        "watch remove": ("watch", "remove", "gate"),
    }
    custody = Custody(str(library))
    before = custody.head()[0]
    assert run(library, *arguments[told]) == 0
    added = custody.entries(before)
    assert [entry["user"] for entry in added] == ["(console)"] * len(added)
    assert NOTED_COMMANDS[told] in {entry["action"] for entry in added}
    with open_store(library, create=False) as store:
        videos = [video.id for video in store.videos.all()]
    about_a_video = {"view", "view_original", "tag", "redact", "audit", "add"}
    assert all(entry["subject"] in videos for entry in added if entry["action"] in about_a_video)
    if "--show-people" in told:
        assert added[-1]["details"] == {"format": "clips", "masked": False}
    assert NAME not in str(added)


def test_where_there_is_no_library_redact_and_audit_need_none(tmp_path: Path, clip: Path, copy: Path) -> None:
    library = tmp_path / "library"
    assert run(library, "redact", clip, "-o", tmp_path / "copy.mp4", "--fast") == 0
    assert run(library, "audit", tmp_path / "copy.mp4", "--original", clip) == 0
    assert not library.exists()


def test_what_failed_is_not_noted(tmp_path: Path, clip: Path) -> None:
    library = tmp_path / "library"
    open_store(library, create=True).close()
    for arguments in (("show", "none"), ("export", "none", "-o", tmp_path / "x"), ("forget", "none"), ("add", "none")):
        assert run(library, *arguments) != 0
    assert Custody(str(library)).head()[0] == 0
