"""Who saw what: every route leaves an entry in the log, or is named with the reason why not."""

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from clips import make_clip
from libraries import add, add_copy, add_file, said
from notes import NOTED, UNNOTED
from passerby.evidence.custody import HOURLY, Custody, LogEntry
from passerby.evidence.digests import digests
from passerby.evidence.intake import Acquisition, Intake
from passerby.media.read.probe import probe
from passerby.redact.audit.result import Audit, AuditedTrack, Leak, ShownFace
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.service import webhooks
from passerby.service.jobs.redact import RedactJob
from passerby.settings import Settings
from passerby.store.evidence import StoredIntake
from passerby.store.library import open_store
from passerby.web.app import create_app
from serving import PASSWORD, logged_in, make_users, server
from watched_sources import recording_of
from web.test_access import routes

API = "/api/v1"


@dataclass(frozen=True)
class Desk:
    """An application whose jobs nobody works on, somebody who has logged in, and a video with a plan and a copy."""

    app: Any
    client: TestClient
    library: Path
    clip: Path
    video: str

    def entries(self) -> list[LogEntry]:
        return self.custody.entries(0, 10_000)

    @property
    def custody(self) -> Custody:
        kept: Custody = self.app.state.desk.custody
        return kept

    def plan_text(self) -> str:
        info = probe(self.clip)
        original = Original(self.clip.name, self.video, info.width, info.height, info.time_base, 12, 10**6, "")
        boxes = np.array([[8, 8, 40, 40]] * 2, np.float32)
        track = HiddenTrack(1, "zone", "", True, 1.0, np.array([0, 10**6]), boxes)
        return plan_file.dump(Plan(original, Policy(), (track,), ()))

    def plan(self) -> str:
        with open_store(self.library, create=False) as store:
            return store.plans.put(self.video, self.plan_text())

    def copy(self, *, shown: bool = False, leaky: bool = False) -> str:
        """A copy whose audit found nothing, faces that it shows on purpose, or one that should not show."""
        leak = AuditedTrack(1, 0.0, 1.0, 0.9, 2, (Leak(1, 0.5, (1, 2, 3, 4), 0.9, begins_run=True),), 1, None)
        audit = Audit(
            original=self.clip,
            copy=Path("safe.mp4"),
            frames=12,
            tracks=(leak,) if leaky else (),
            shown_faces=(ShownFace(1, 0.0, 1.0, 3, None),) if shown else (),
            every=1,
            smallest_height=16,
            looked_with=("nothing",),
            has_sound=False,
            tags=(),
            streams=(),
            problems=(),
            notes=(),
            hides_faces=True,
        )
        with open_store(self.library, create=False) as store:
            copy = f"{len(store.files.all('copy')):016x}"
            manifest = {"copy": {"name": "safe.mp4"}, "audit": audit.document(), "summary": []}
            add_copy(
                store,
                copy,
                self.video,
                safe__mp4=self.clip.read_bytes(),
                safe__mp4__plan__json=self.plan_text().encode(),
                manifest__json=json.dumps(manifest).encode(),
            )
        return copy

    def job(self) -> str:
        with open_store(self.library, create=False) as store:
            return store.jobs.put("look", {"hide": ["faces"]}, video=self.video)

    def stopped_job(self) -> str:
        job = self.job()
        with open_store(self.library, create=False) as store:
            store.jobs.stop(job)
        return job

    def ask(self, method: str, path: str, **options: Any) -> Any:
        return self.client.request(method, API + path, **options)


@dataclass(frozen=True)
class Furnished:
    """A folder with a library, a clip that it has, and what somebody who has logged in shows."""

    folder: Path
    video: str
    cookies: dict[str, str]
    csrf: str


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """What the desk of each test is a copy of."""
    folder = tmp_path_factory.mktemp("furnished")
    clip = make_clip(folder / "march.mp4", size=(64, 48), frames=12, rate=12)
    make_users(folder / "library", {"vera": "viewer", "ada": "admin"})
    with open_store(folder / "library", create=False) as store:
        video = add_file(store, clip)
    with server(folder / "library", accounts=True) as address, logged_in(address, "ada") as ada:
        return Furnished(folder, video, dict(ada._http.cookies), ada._headers["X-CSRF-Token"])


@pytest.fixture
def desk(furnished: Furnished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    library = tmp_path / "library"
    shutil.copytree(furnished.folder / "library", library)
    monkeypatch.setattr(webhooks, "check_address", lambda url, *, allow_private: None)
    app = create_app(Settings(library=str(library), roots=str(furnished.folder)), accounts=True, loopback=True)
    client = TestClient(app, base_url="http://127.0.0.1", cookies=furnished.cookies)
    client.headers["X-CSRF-Token"] = furnished.csrf
    yield Desk(app, client, library, furnished.folder / "march.mp4", furnished.video)
    app.state.desk.pictures.close()
    app.state.desk.sources.close()
    app.state.desk._scratch.close()


def hide_in_still(desk: Desk) -> Any:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 160, 120)).save(picture, "PNG")
    return desk.ask("POST", "/stills?name=a.png&hide=screens", content=picture.getvalue())


def change_tracks(desk: Desk) -> Any:
    return desk.ask("PATCH", f"/plans/{desk.plan()}", json={"version": 1, "changes": {"removed": [1]}})


def change_plan(desk: Desk) -> Any:
    asked = {"version": 1, "plan": json.loads(desk.plan_text())}
    return desk.ask("PUT", f"/plans/{desk.plan()}", json=asked)


def upload(desk: Desk) -> Any:
    tus = {"Tus-Resumable": "1.0.0"}
    begun = desk.ask("POST", "/uploads", headers=tus | {"Upload-Length": "3"})
    sent = tus | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return desk.client.patch(begun.headers["location"], headers=sent, content=b"abc")


def report(desk: Desk) -> Any:
    job = desk.job()
    (desk.app.state.desk._scratch.path / f"{job}.html").write_text("what shows")
    return desk.ask("GET", f"/jobs/{job}/report")


def answered(desk: Desk, *, retracted: bool) -> Any:
    copy = desk.copy(leaky=True)
    said = desk.ask("POST", f"/copies/{copy}/answers", json={"face": 1, "time": 0.5, "reason": "a poster"})
    return desk.ask("DELETE", f"/copies/{copy}/answers/1?time=0.5") if retracted else said


def released(desk: Desk, *, withdrawn: bool) -> Any:
    copy = desk.copy(shown=True)
    done = desk.ask("POST", f"/copies/{copy}/release")
    return desk.ask("DELETE", f"/copies/{copy}/release") if withdrawn else done


def take_note_back(desk: Desk) -> Any:
    desk.ask("POST", f"/videos/{desk.video}/notes", json={"start": 0, "end": 1, "given": ["kite"]})
    return desk.ask("DELETE", f"/videos/{desk.video}/notes?label=kite&start=0&end=1")


def end_session(desk: Desk) -> Any:
    return desk.ask("DELETE", f"/sessions/{desk.ask('GET', '/sessions').json()['sessions'][0]['id']}")


def remove_token(desk: Desk) -> Any:
    desk.ask("POST", "/tokens", json={"scopes": ["read"]})
    return desk.ask("DELETE", "/tokens/1")


def remove_hook(desk: Desk) -> Any:
    hook = desk.ask("POST", "/hooks", json={"url": "https://example.org/"}).json()["id"]
    return desk.ask("DELETE", f"/hooks/{hook}")


def shared(desk: Desk, *, opened: bool = False) -> Any:
    """A link to a copy, made; the path of one, opened."""
    made = desk.ask("POST", "/shares", json={"copies": [desk.copy()]})
    return desk.client.post(made.json()["path"], follow_redirects=True) if opened else made


def played(desk: Desk) -> Any:
    path = re.search(r'src="(/s/[^"]+)"', shared(desk, opened=True).text)
    assert path is not None
    return desk.client.get(path[1])


def collection(desk: Desk) -> str:
    made: str = desk.ask("POST", "/collections", json={"name": "Trip"}).json()["id"]
    return f"/collections/{made}"


def trashed(desk: Desk) -> Any:
    return desk.ask("POST", "/trash", json={"videos": [desk.video]})


def taken_out(desk: Desk, method: str, path: str, **asked: Any) -> Any:
    trashed(desk)
    return desk.ask(method, path, **asked)


def corrected(desk: Desk, *, undone: bool) -> Any:
    with open_store(desk.library, create=False) as store:
        store.sink.finish_stage(desk.video, "speech", "speech-key", [said("the whether", 0)])
    put = desk.ask("PUT", f"/videos/{desk.video}/speech", json={"start": 0, "text": "the weather"})
    return desk.ask("DELETE", f"/videos/{desk.video}/speech?start=0") if undone else put


def chapter(desk: Desk, *, removed: bool) -> Any:
    put = desk.ask("PUT", f"/videos/{desk.video}/chapters", json={"start": 0.5, "name": "Harbour"})
    return desk.ask("DELETE", f"/videos/{desk.video}/chapters?start=0.5") if removed else put


def comment(desk: Desk, method: str = "", **asked: Any) -> Any:
    made = desk.ask("POST", f"/videos/{desk.video}/comments", json={"text": "a kite?", "time": 0.5})
    return desk.ask(method, f"/comments/{made.json()['comments'][0]['id']}", **asked) if method else made


def batch(desk: Desk, *, made: bool = False) -> str:
    """A batch of one video, which is looked through still, or of which there is a copy."""
    begun: str = desk.ask("POST", "/batches", json={"videos": [desk.video], "hide": ["faces"]}).json()["id"]
    if made:
        copy = desk.copy()
        asked = RedactJob(desk.plan_text(), "safe.mp4", batch=begun)
        audit = {"faces": {"leaked": 0}, "state": "passed", "problems": []}
        with open_store(desk.library, create=False) as store:
            job = store.jobs.get(store.jobs.put(asked.kind, asked.to_json(), video=desk.video))
            assert job is not None
            store.jobs.end(job, "done", "", {"copy": copy, "audit": audit}, desk.video)
    return begun


def case(desk: Desk, what: str = "", method: str = "POST", **asked: Any) -> Any:
    """A case with the video of the desk in it as an item; and what is asked of it."""
    record = Intake(
        "march.mp4", digests(desk.clip), "2026-03-08T10:15:00Z", "2026-03-08T10:15:00Z", "unknown", "", Acquisition()
    ).written()
    with open_store(desk.library, create=False) as store:
        store.evidence.put(StoredIntake(desk.video, "5" * 128, record, 1.5))
        made = store.collections.make("Case 7", "", "ada", is_case=True)
        store.collections.put(made, [desk.video])
        store.evidence.hold("a claim", "ada", case=made)
        job = store.jobs.put("bag", {"case": made, "sealed": True, "copies": []})
        (hold,) = store.evidence.holds()
    (desk.app.state.desk._scratch.path / f"{job}.zip").write_text("a bag")
    return desk.ask(
        method, what.format(case=f"/cases/{made}", item=f"/items/{desk.video}", job=job, hold=hold.id), **asked
    )


WHY = {"reason": "a claim"}


def watched(desk: Desk, method: str, path: str, **asked: Any) -> Any:
    made = desk.ask("POST", "/sources", json=GATE | {"name": "gate"})
    return desk.ask(method, f"/sources/gate{path}", **asked) if method else made


def streamed(desk: Desk, path: str) -> Any:
    with recording_of(desk.library, "gate") as write:
        write(60)
        return watched(desk, "GET", f"/stream/{path}")


GATE = {"address": "rtsp://camera.local/1", "restream": True}
QUESTIONS: dict[str, Callable[[Desk], Any]] = {
    "POST /api/v1/session": lambda d: d.ask("POST", "/session", json={"name": "vera", "password": PASSWORD}),
    "DELETE /api/v1/session": lambda d: d.ask("DELETE", "/session"),
    "DELETE /api/v1/sessions/{session}": end_session,
    "PUT /api/v1/session/password": lambda d: d.ask(
        "PUT", "/session/password", json={"current": PASSWORD, "new": "quite another staple of horses"}
    ),
    "POST /api/v1/users": lambda d: d.ask(
        "POST", "/users", json={"name": "new", "password": PASSWORD, "role": "viewer"}
    ),
    "PATCH /api/v1/users/{name}": lambda d: d.ask("PATCH", "/users/vera", json={"role": "reviewer"}),
    "DELETE /api/v1/users/{name}": lambda d: d.ask("DELETE", "/users/vera"),
    "POST /api/v1/tokens": lambda d: d.ask("POST", "/tokens", json={"scopes": ["read"]}),
    "DELETE /api/v1/tokens/{number}": remove_token,
    "POST /api/v1/videos": lambda d: d.ask("POST", "/videos", json={"path": str(d.clip)}),
    "GET /api/v1/videos/{video}": lambda d: d.ask("GET", f"/videos/{d.video}"),
    "PATCH /api/v1/videos/{video}": lambda d: d.ask("PATCH", f"/videos/{d.video}", json={"review": "checked"}),
    "POST /api/v1/library/labels": lambda d: d.ask(
        "POST", "/library/labels", json={"videos": [d.video], "given": ["kite"]}
    ),
    "POST /api/v1/library/exports": lambda d: d.ask(
        "POST", "/library/exports", json={"videos": [d.video], "format": "srt"}
    ),
    "POST /api/v1/collections": lambda d: d.ask("POST", "/collections", json={"name": "Trip"}),
    "PATCH /api/v1/collections/{collection}": lambda d: d.ask("PATCH", collection(d), json={"case": True}),
    "DELETE /api/v1/collections/{collection}": lambda d: d.ask("DELETE", collection(d)),
    "POST /api/v1/collections/{collection}/videos": lambda d: d.ask(
        "POST", f"{collection(d)}/videos", json={"add": [d.video]}
    ),
    "POST /api/v1/cases/{case}/users": lambda d: case(d, "{case}/users", json={"name": "vera"}),
    "DELETE /api/v1/cases/{case}/users/{user}": lambda d: case(d, "{case}/users/vera", "DELETE"),
    "POST /api/v1/cases/{case}/holds": lambda d: case(d, "{case}/holds", json=WHY),
    "GET /api/v1/cases/{case}/report": lambda d: case(d, "{case}/report", "GET"),
    "POST /api/v1/cases/{case}/bags": lambda d: case(d, "{case}/bags", json={"sealed": True}),
    "GET /api/v1/cases/{case}/bags/{job}": lambda d: case(d, "{case}/bags/{job}", "GET"),
    "DELETE /api/v1/holds/{hold}": lambda d: case(d, "/holds/{hold}", "DELETE"),
    "POST /api/v1/items/{video}/holds": lambda d: case(d, "{item}/holds", json=WHY),
    "POST /api/v1/items/{video}/checks": lambda d: case(d, "{item}/checks"),
    "GET /api/v1/items/{video}/report": lambda d: case(d, "{item}/report", "GET"),
    "POST /api/v1/trash": trashed,
    "DELETE /api/v1/trash": lambda d: taken_out(d, "DELETE", "/trash"),
    "POST /api/v1/trash/restore": lambda d: taken_out(d, "POST", "/trash/restore", json={"videos": [d.video]}),
    "DELETE /api/v1/videos/{video}": lambda d: d.ask("DELETE", f"/videos/{d.video}"),
    "GET /api/v1/videos/{video}/media": lambda d: d.ask("GET", f"/videos/{d.video}/media"),
    "GET /api/v1/videos/{video}/frame": lambda d: d.ask("GET", f"/videos/{d.video}/frame?time=0.5"),
    "POST /api/v1/videos/{video}/views": lambda d: d.ask("POST", f"/videos/{d.video}/views"),
    "GET /api/v1/videos/{video}/page": lambda d: d.ask("GET", f"/videos/{d.video}/page"),
    "GET /api/v1/videos/{video}/exports/{name}": lambda d: d.ask("GET", f"/videos/{d.video}/exports/csv"),
    "POST /api/v1/videos/{video}/notes": lambda d: d.ask(
        "POST", f"/videos/{d.video}/notes", json={"start": 0, "end": 1, "given": ["kite"]}
    ),
    "PUT /api/v1/videos/{video}/speech": lambda d: corrected(d, undone=False),
    "DELETE /api/v1/videos/{video}/speech": lambda d: corrected(d, undone=True),
    "PUT /api/v1/videos/{video}/chapters": lambda d: chapter(d, removed=False),
    "DELETE /api/v1/videos/{video}/chapters": lambda d: chapter(d, removed=True),
    "POST /api/v1/videos/{video}/comments": comment,
    "PATCH /api/v1/comments/{comment}": lambda d: comment(d, "PATCH", json={"text": "a bird"}),
    "DELETE /api/v1/comments/{comment}": lambda d: comment(d, "DELETE"),
    "DELETE /api/v1/videos/{video}/notes": take_note_back,
    "PATCH /api/v1/uploads/{upload}": upload,
    "GET /api/v1/search": lambda d: d.ask("GET", "/search?words=march"),
    "GET /api/v1/search/facets": lambda d: d.ask("GET", "/search/facets?words=march"),
    "POST /api/v1/videos/{video}/plans": lambda d: d.ask("POST", f"/videos/{d.video}/plans", json={"hide": ["faces"]}),
    "DELETE /api/v1/batches/{batch}": lambda d: d.ask("DELETE", f"/batches/{batch(d)}"),
    "GET /api/v1/batches/{batch}/copies": lambda d: d.ask("GET", f"/batches/{batch(d, made=True)}/copies"),
    "POST /api/v1/batches": lambda d: d.ask("POST", "/batches", json={"videos": [d.video], "hide": ["faces"]}),
    "GET /api/v1/plans/{plan}": lambda d: d.ask("GET", f"/plans/{d.plan()}"),
    "PUT /api/v1/plans/{plan}": change_plan,
    "PATCH /api/v1/plans/{plan}": change_tracks,
    "POST /api/v1/stills": hide_in_still,
    "GET /api/v1/plans/{plan}/versions/{version}": lambda d: d.ask("GET", f"/plans/{d.plan()}/versions/1"),
    "GET /api/v1/plans/{plan}/pictures": lambda d: d.ask("GET", f"/plans/{d.plan()}/pictures?tracks=1,2"),
    "DELETE /api/v1/plans/{plan}": lambda d: d.ask("DELETE", f"/plans/{d.plan()}"),
    "GET /api/v1/plans/{plan}/tracks/{number}/picture": lambda d: d.ask("GET", f"/plans/{d.plan()}/tracks/1/picture"),
    "GET /api/v1/plans/{plan}/frame": lambda d: d.ask("GET", f"/plans/{d.plan()}/frame?time=0.5"),
    "POST /api/v1/plans/{plan}/frame": lambda d: d.ask("POST", f"/plans/{d.plan()}/frame", json={"time": 0.5}),
    "GET /api/v1/copies/{copy}/audit": lambda d: d.ask("GET", f"/copies/{d.copy()}/audit"),
    "POST /api/v1/copies/{copy}/answers": lambda d: answered(d, retracted=False),
    "DELETE /api/v1/copies/{copy}/answers/{face}": lambda d: answered(d, retracted=True),
    "POST /api/v1/copies/{copy}/release": lambda d: released(d, withdrawn=False),
    "DELETE /api/v1/copies/{copy}/release": lambda d: released(d, withdrawn=True),
    "POST /api/v1/plans/{plan}/copies": lambda d: d.ask("POST", f"/plans/{d.plan()}/copies", json={}),
    "GET /api/v1/copies/{copy}/{what}": lambda d: d.ask("GET", f"/copies/{d.copy()}/media"),
    "DELETE /api/v1/copies/{copy}": lambda d: d.ask("DELETE", f"/copies/{d.copy()}"),
    "POST /api/v1/copies/{copy}/audits": lambda d: d.ask("POST", f"/copies/{d.copy()}/audits"),
    "POST /api/v1/shares": shared,
    "DELETE /api/v1/shares/{number}": lambda d: d.ask("DELETE", f"/shares/{shared(d).json()['number']}"),
    "POST /s/{token}": lambda d: shared(d, opened=True),
    "GET /s/{token}/{copy}": played,
    "DELETE /api/v1/jobs/{job}": lambda d: d.ask("DELETE", f"/jobs/{d.job()}"),
    "POST /api/v1/jobs/{job}/retry": lambda d: d.ask("POST", f"/jobs/{d.stopped_job()}/retry"),
    "GET /api/v1/jobs/{job}/report": report,
    "POST /api/v1/models/{name}": lambda d: d.ask("POST", "/models/speech-tiny"),
    "POST /api/v1/hooks": lambda d: d.ask("POST", "/hooks", json={"url": "https://example.org/"}),
    "DELETE /api/v1/hooks/{hook}": remove_hook,
    "POST /api/v1/sources": lambda d: watched(d, "", ""),
    "PUT /api/v1/sources/{source}": lambda d: watched(d, "PUT", "", json=GATE),
    "PUT /api/v1/sources/{source}/zones": lambda d: watched(d, "PUT", "/zones", json={"zones": []}),
    "DELETE /api/v1/sources/{source}": lambda d: watched(d, "DELETE", ""),
    "GET /api/v1/sources/{source}/stream/index.m3u8": lambda d: streamed(d, "index.m3u8"),
    "GET /api/v1/sources/{source}/stream/{piece}": lambda d: streamed(d, "init-0.mp4"),
}


def test_every_route_is_noted_or_has_a_reason() -> None:
    assert routes() == NOTED.keys() | UNNOTED.keys()
    assert not NOTED.keys() & UNNOTED.keys()
    assert QUESTIONS.keys() == NOTED.keys()


@pytest.mark.parametrize("route", sorted(NOTED))
def test_a_route_leaves_its_entry(desk: Desk, route: str) -> None:
    before = len(desk.entries())
    answer = QUESTIONS[route](desk)
    assert answer.is_success, answer.text
    added = desk.entries()[before:]
    last = added[-1]
    who = "vera" if route == "POST /api/v1/session" else "(link)" if " /s/" in route else "ada"
    assert (last["action"], last["user"]) == (NOTED[route], who)
    if "/cases/" in route:
        assert last["subject"].startswith(("collection:", "user:"))
    elif "/{video}" in route or "/{plan}" in route or "/{copy}" in route or "/{job}" in route:
        assert last["subject"] == desk.video
    assert desk.custody.fault() == ""


@pytest.mark.parametrize(
    "asked",
    ["bytes=-509868", "BYTES=0-", "bytes= 0-", "bytes=1-", "bytes=5-9,20-30", "bytes=0-0", "bytes=3-2", "none", ""],
)
def test_whatever_bytes_of_an_original_are_asked_for_is_noted(desk: Desk, asked: str) -> None:
    before = len(desk.entries())
    answer = desk.ask("GET", f"/videos/{desk.video}/media", headers={"Range": asked})
    noted = [(entry["user"], entry["action"], entry["subject"]) for entry in desk.entries()[before:]]
    assert noted == [("ada", "view_original", desk.video)], answer.status_code


def test_what_is_played_in_pieces_is_noted_once_an_hour_and_session(desk: Desk) -> None:
    now = desk.custody._clock()
    desk.custody._clock = lambda: now

    def noted() -> int:
        return sum(entry["action"] == "view_original" for entry in desk.entries())

    for start in (0, 100, 200):
        desk.ask("GET", f"/videos/{desk.video}/media", headers={"Range": f"bytes={start}-"})
        desk.ask("GET", f"/videos/{desk.video}/frame?time=0")
    assert noted() == 1
    now += HOURLY - 1
    desk.ask("GET", f"/videos/{desk.video}/media")
    assert noted() == 1
    now += 1
    desk.ask("GET", f"/videos/{desk.video}/media")
    assert noted() == 2
    token = desk.ask("POST", "/tokens", json={"scopes": ["redact"]}).json()["token"]
    for asks in ("Bearer", "bearer"):
        other = TestClient(desk.app, base_url="http://127.0.0.1", headers={"Authorization": f"{asks} {token}"})
        assert other.get(f"{API}/videos/{desk.video}/media").is_success
    assert noted() == 3  # by the token, another session of the same user
    with open_store(desk.library, create=False) as store:
        another = add(store, "another.mp4")
    assert desk.ask("GET", f"/videos/{another}/media").status_code == 404  # its file is not there
    assert noted() == 3


@pytest.mark.parametrize("what", ["media", "plan", "manifest"])
@pytest.mark.parametrize("download", ["true", "false"])
def test_whatever_is_taken_of_a_copy_is_noted(desk: Desk, what: str, download: str) -> None:
    copy = desk.copy()
    assert desk.ask("GET", f"/copies/{copy}/{what}?download={download}").is_success
    last = desk.entries()[-1]
    expected = "view_plan" if what == "plan" else "download" if download == "true" else "view_copy"
    assert (last["action"], last["subject"], last["details"]) == (expected, desk.video, {"copy": copy})


def test_what_was_refused_leaves_no_entry(desk: Desk) -> None:
    before = len(desk.entries())
    for method, path in (
        ("GET", f"/videos/{'0' * 64}/media"),
        ("GET", f"/videos/{'0' * 64}"),
        ("GET", "/plans/none"),
        ("GET", "/plans/none/frame?time=0"),
        ("GET", "/copies/none/media"),
        ("DELETE", "/copies/none"),
        ("DELETE", "/jobs/none"),
        ("DELETE", "/hooks/none"),
        ("GET", "/jobs/none/report"),
    ):
        desk.ask(method, path)
    assert len(desk.entries()) == before


def test_wrong_passwords_are_noted_but_not_what_was_typed(desk: Desk) -> None:
    before = len(desk.entries())
    for name in ("vera", "hunter2 typed as a name", "nobody"):
        desk.ask("POST", "/session", json={"name": name, "password": "x" * 12})
    desk.ask("PUT", "/session/password", json={"current": "y" * 12, "new": "quite another staple of horses"})
    noted = [(entry["user"], entry["action"], entry["subject"]) for entry in desk.entries()[before:]]
    assert noted == [
        ("vera", "log_in_failed", "user:vera"),
        ("(unknown)", "log_in_failed", ""),
        ("(unknown)", "log_in_failed", ""),
        ("ada", "log_in_failed", "user:ada"),
    ]
    assert "hunter2" not in str(desk.entries())
