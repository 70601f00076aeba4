"""A copy made, audited, corrected and removed by the API; who may see what of it; and law 4 over HTTP."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clips import make_clip
from passerby.client import Client
from passerby.errors import ApiError
from passerby.evidence.custody import Custody
from passerby.media.read.frames import Frame, open_video
from passerby.records import Pixels
from passerby.redact.audit.result import Audit, AuditedTrack, Leak, ShownFace
from passerby.store.library import open_store
from pictures import texture
from serving import logged_in, make_users, server

SIZE = (160, 96)
ZONE = (32, 16, 96, 64)
NAME = "zebrafish-parade.mp4"  # found nowhere once it is forgotten
API = "/api/v1"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / NAME
    return make_clip(path, size=SIZE, frames=24, picture=texture(SIZE, 5), numbered=False)


@dataclass(frozen=True)
class Made:
    """A server with one video, its plan and a copy of it."""

    library: Path
    address: str
    rita: Client  # a reviewer
    video: str
    plan: str
    copy: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Made]:
    library = tmp_path_factory.mktemp("made") / "library"
    make_users(library)
    with server(library, accounts=True) as address, logged_in(address, "rita") as rita:
        video = rita.wait(rita.upload(clip)["id"])["video"]
        plan = rita.wait(rita.look(video, ["faces"], effort="fast")["id"])["result"]["plan"]
        draw(rita, plan, ZONE)
        job = rita.wait(rita.make_copy(plan)["id"])
        assert job["status"] == "done", job
        yield Made(library, address, rita, video, plan, job["result"]["copy"])


def draw(client: Client, plan: str, box: tuple[int, int, int, int]) -> dict[str, Any]:
    """Correct a plan: a zone of one's own, all the time."""
    found = client.plan(plan)
    points = [{"time": time, "box": box} for time in (0, 1)]
    track = {"number": 99, "kind": "drawn", "label": "drawn", "hidden": True, "score": 1, "boxes": points}
    return client.change_plan(plan, found["version"], found["plan"] | {"tracks": [track]})


def pictures(path: Path) -> list[Pixels]:
    with open_video(path) as reader:
        return [frame.rgb(*SIZE) for frame in reader.read() if isinstance(frame, Frame)]


def inside(picture: Pixels) -> Pixels:
    x1, y1, x2, y2 = ZONE
    return picture[y1 + 2 : y2 - 2, x1 + 2 : x2 - 2]


def jpeg(content: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def refused(call: Any, *arguments: Any, **options: Any) -> ApiError:
    with pytest.raises(ApiError) as error:
        call(*arguments, **options)
    return error.value


def test_the_copy_hides_what_its_plan_says(made: Made, clip: Path, tmp_path: Path) -> None:
    (copy,) = made.rita.copies(made.video)
    assert (copy["id"], copy["name"], copy["passed"]) == (made.copy, "zebrafish-parade-safe.mp4", True)
    made.rita.download_copy(made.copy, tmp_path / "safe.mp4")
    safe, originals = pictures(tmp_path / "safe.mp4"), pictures(clip)
    assert len(safe) == len(originals) == 24
    assert max(int(inside(picture).max()) for picture in safe) < 24
    assert min(int(inside(picture).max()) for picture in originals) > 60
    assert np.abs(safe[9][70:].astype(int) - originals[9][70:]).mean() < 12
    with pytest.raises(FileExistsError):
        made.rita.download_copy(made.copy, tmp_path / "safe.mp4")


def test_what_is_boxed_is_followed_to_the_ends_of_its_shot(made: Made) -> None:
    path = made.rita.follow(made.plan, 0.5, ZONE)
    assert (path["starts"], path["ends"]) == ("video", "video")
    assert (path["start"], path["end"]) == (0.0, pytest.approx(23 / 24))
    for point in path["boxes"]:
        assert point["box"] == pytest.approx(ZONE, abs=6)
    assert refused(made.rita.follow, made.plan, 0.5, (96, 16, 32, 64)).status in (400, 422)
    assert refused(made.rita.follow, made.plan, 0.5, (300, 16, 320, 64)).status == 400
    assert refused(made.rita.follow, "0" * 16, 0.5, ZONE).status == 404


def test_the_papers_of_a_copy_name_no_folder(made: Made) -> None:
    for what in ("plan", "manifest"):
        text = made.rita.ask("GET", f"/copies/{made.copy}/{what}").text
        assert str(made.library) not in text
        assert json.loads(text)
    manifest = made.rita.ask("GET", f"/copies/{made.copy}/manifest").json()
    assert manifest["hidden"] == {"drawn": 1}
    assert manifest["original"]["sha256"] == made.video
    assert manifest["audit"]["pass"]
    assert not [line for line in manifest["summary"] if "not audited" in line]


def test_the_frame_of_a_plan_is_hidden_and_that_of_an_original_is_not(made: Made) -> None:
    hidden = made.rita.ask("GET", f"/plans/{made.plan}/frame", params={"time": 0.5})
    shown = made.rita.ask("GET", f"/videos/{made.video}/frame", params={"time": 0.5})
    assert inside(jpeg(hidden.content)).max() < 24
    assert inside(jpeg(shown.content)).max() > 60
    track = made.rita.ask("GET", f"/plans/{made.plan}/tracks/99/picture")
    assert jpeg(track.content).shape[0] > 16
    for answer in (hidden, shown, track):
        assert answer.headers["Cache-Control"] == "no-store"
    assert refused(made.rita.ask, "GET", f"/plans/{made.plan}/tracks/7/picture").status == 400


def draft_of(made: Made, box: tuple[int, int, int, int], **policy: Any) -> dict[str, Any]:
    """The plan with a zone from 0.5 to 1 s alone, which nobody keeps."""
    kept = made.rita.plan(made.plan)["plan"]
    points = [{"time": time, "box": box} for time in (0.5, 1)]
    track = {"number": 1, "kind": "zone", "label": "", "hidden": True, "score": 1, "boxes": points}
    return kept | {"tracks": [track], "policy": kept["policy"] | policy}  # type: ignore[no-any-return]


def test_a_plan_that_nobody_has_kept_is_shown_as_its_copy_would_be(made: Made) -> None:
    draft = draft_of(made, ZONE)
    ask = f"/plans/{made.plan}/frame"
    hidden = made.rita.ask("POST", ask, json={"time": 0.71, "plan": draft})
    bare = made.rita.ask("POST", ask, json={"time": 0.2, "plan": draft})
    kept = made.rita.ask("POST", ask, json={"time": 0.2})
    assert inside(jpeg(hidden.content)).max() < 24
    assert inside(jpeg(bare.content)).max() > 60
    assert inside(jpeg(kept.content)).max() < 24
    assert float(hidden.headers["Passerby-Time"]) == pytest.approx(17 / 24)  # when the frame begins that shows at 0.71
    assert hidden.headers["Cache-Control"] == "no-store"
    other = {**draft, "original": draft["original"] | {"sha256": "0" * 64}}
    assert refused(made.rita.ask, "POST", ask, json={"time": 0, "plan": other}).status == 400


def test_where_a_plan_hides_is_told_moment_by_moment(made: Made) -> None:
    ask = f"/plans/{made.plan}/regions"
    told = made.rita.ask("POST", ask, json={"start": 0, "end": 1.5, "plan": draft_of(made, ZONE)}).json()
    times = [moment["time"] for moment in told["moments"]]
    hidden = [moment["time"] for moment in told["moments"] if moment["boxes"]]
    assert times == sorted(times)
    assert max(np.diff(times)) <= told["step"] + 1e-9
    assert (times[0], times[-1], hidden[0], hidden[-1]) == (0, 1.5, 0.5, 1)
    assert {tuple(box) for moment in told["moments"] for box in moment["boxes"]} == {ZONE}
    within = draft_of(made, ZONE, within=[0.75, 0.9])
    told = made.rita.ask("POST", ask, json={"start": 0.5, "end": 1, "plan": within}).json()
    assert all(0.75 <= moment["time"] < 0.9 for moment in told["moments"] if moment["boxes"])
    round_ = draft_of(made, ZONE, shape="round")
    told = made.rita.ask("POST", ask, json={"start": 0.6, "end": 0.6, "plan": round_}).json()
    assert (told["shape"], told["moments"][0]["boxes"]) == ("round", [[22, 8, 106, 72]])
    assert refused(made.rita.ask, "POST", ask, json={"start": 0, "end": 31}).status == 400
    assert refused(made.rita.ask, "POST", ask, json={"start": 1, "end": 0}).status == 400


def test_a_stretch_with_very_many_boxes_is_refused_before_the_work(made: Made) -> None:
    draft = draft_of(made, ZONE)
    many = [draft["tracks"][0] | {"number": number} for number in range(1, 5000)]
    fault = refused(
        made.rita.ask,
        "POST",
        f"/plans/{made.plan}/regions",
        json={"start": 0, "end": 1.5, "plan": draft | {"tracks": many}},
    )
    assert fault.status == 400
    assert "boxes" in str(fault)


def test_the_farthest_boxes_and_times_of_a_draft_are_taken_or_refused(made: Made) -> None:
    for farthest in (9e8, 1e30, 2.0**100):
        draft = draft_of(made, (-farthest, -farthest, farthest, farthest))  # type: ignore[arg-type]
        draft["tracks"][0]["boxes"][-1]["time"] = 9e8
        shown = made.rita.ask("POST", f"/plans/{made.plan}/frame", json={"time": 0.71, "plan": draft})
        assert inside(jpeg(shown.content)).max() < 24
    beyond = draft_of(made, (0, 0, 2.0**101, 9))  # type: ignore[arg-type]
    assert refused(made.rita.ask, "POST", f"/plans/{made.plan}/frame", json={"time": 0, "plan": beyond}).status == 400


def test_who_looks_at_an_original_says_so_in_the_log(made: Made) -> None:
    with logged_in(made.address, "ada") as ada:
        before = ada.ask("GET", "/log").json()["count"]
        assert made.rita.ask("POST", f"/videos/{made.video}/views").status_code == 204
        assert refused(made.rita.ask, "POST", f"/videos/{'0' * 64}/views").status == 404
        (entry,) = ada.ask("GET", "/log", params={"after": before}).json()["entries"]
    assert (entry["user"], entry["action"], entry["subject"]) == ("rita", "view_original", made.video)


def test_a_viewer_sees_the_safe_copy_and_no_original(made: Made) -> None:
    with logged_in(made.address, "vera") as vera:
        assert [copy["id"] for copy in vera.copies()] == [made.copy]
        assert vera.ask("GET", f"/copies/{made.copy}/media", headers={"Range": "bytes=0-9"}).status_code == 206
        for path in (
            f"/videos/{made.video}/media",
            f"/videos/{made.video}/frame?time=0",
            f"/plans/{made.plan}",
            f"/plans/{made.plan}/frame?time=0",
            f"/plans/{made.plan}/tracks/99/picture",
            f"/copies/{made.copy}/plan",
            "/jobs",
        ):
            assert refused(vera.ask, "GET", path).status == 403, path


@contextmanager
def audited(made: Made, **changes: Any) -> Iterator[None]:
    """The copy, as if its audit had found this."""
    path = made.library / "copies" / made.copy / "manifest.json"
    kept = path.read_text("utf-8")
    manifest = json.loads(kept)
    found = replace(Audit.read(manifest["audit"]), **changes)
    try:
        path.write_text(json.dumps(manifest | {"audit": found.document()}), "utf-8")
        yield
    finally:
        path.write_text(kept, "utf-8")


LEAKY = tuple(
    AuditedTrack(number, at, at + 0.5, 0.9, 9, (Leak(number, at, ZONE, 0.9, True),), 1)
    for number, at in enumerate((0.25, 0.5), 1)
)
SHOWN = (ShownFace(1, 0.0, 0.5, 12, 3),)


def refused_to(client: Client, copy: str) -> bool:
    """Whether a copy is not there at all for somebody."""
    statuses = {refused(client.ask, "GET", f"/copies/{copy}{what}").status for what in ("", "/media", "/manifest")}
    return client.copies() == [] and statuses == {404}


def test_a_viewer_sees_no_copy_in_which_something_shows(made: Made) -> None:
    with audited(made, tracks=LEAKY), logged_in(made.address, "vera") as vera:
        assert refused_to(vera, made.copy)
        (copy,) = made.rita.copies()
        assert (copy["state"], copy["passed"]) == ("failed", False)
        assert copy["verdict"].startswith("failed: 2 of 18 faces show")
        assert "answer or hide" in refused(made.rita.release, made.copy).detail


def test_a_viewer_sees_a_copy_that_shows_faces_on_purpose_once_it_is_released(made: Made) -> None:
    with audited(made, shown_faces=SHOWN), logged_in(made.address, "vera") as vera:
        assert refused_to(vera, made.copy)
        assert refused(vera.release, made.copy).status == 403
        copy = made.rita.copies()[0]
        assert (copy["state"], copy["passed"], copy["released"]) == ("shows_on_purpose", False, None)
        assert copy["verdict"].endswith("shows 1 face on purpose, 0:00.000-0:00.500")
        assert made.rita.release(made.copy)["released"]["by"] == "rita"
        assert [each["id"] for each in vera.copies()] == [made.copy]
        assert vera.ask("GET", f"/copies/{made.copy}/media", headers={"Range": "bytes=0-9"}).status_code == 206
        with audited(made, tracks=LEAKY):  # a later audit finds more
            assert refused_to(vera, made.copy)
        assert made.rita.withdraw(made.copy)["released"] is None
        assert refused_to(vera, made.copy)
    assert noted(made)[-2:] == [("rita", "release", made.video), ("rita", "withdraw", made.video)]
    assert "viewers see it already" in refused(made.rita.release, made.copy).detail


def test_each_leak_can_be_answered_and_then_it_passes_with_that_said(made: Made) -> None:
    rita = made.rita
    with audited(made, tracks=LEAKY), logged_in(made.address, "vera") as vera:
        assert refused(vera.answer, made.copy, 1, 0.25, "a hat").status == 403
        assert "load it again" in refused(rita.answer, made.copy, 1, 0.5, "a hat").detail
        assert refused(rita.answer, made.copy, 3, 0.25, "a hat").status == 400
        assert refused(rita.answer, made.copy, 1, 0.25, "").status == 422
        assert "reason" in refused(rita.answer, made.copy, 1, 0.25, "  ").detail
        assert rita.answer(made.copy, 1, 0.25, "a cap")["state"] == "failed"
        assert rita.answer(made.copy, 1, 0.25, "a hat")["state"] == "failed"
        found = rita.answer(made.copy, 2, 0.5, "a poster")
        assert (found["state"], found["pass"], found["faces"]["answered"]) == ("passed", True, 2)
        assert [(track["nobody"]["reason"], track["nobody"]["by"]) for track in found["tracks"]] == [
            ("a hat", "rita"),
            ("a poster", "rita"),
        ]
        assert rita.copy_audit(made.copy) == found
        (copy,) = vera.copies()
        assert copy["verdict"].endswith(
            "face 1 answered as nobody by rita: a hat; face 2 answered as nobody by rita: a poster"
        )
        assert rita.retract(made.copy, 2, 0.5)["state"] == "failed"
        rita.retract(made.copy, 1, 0.25)
        assert refused_to(vera, made.copy)
    answers = [("rita", action, made.video) for action in ("answer", "answer", "answer", "retract", "retract")]
    assert noted(made)[-5:] == answers
    assert "hat" not in json.dumps(Custody(str(made.library)).entries(limit=1000))


def noted(made: Made) -> list[tuple[str, str, str]]:
    """Who said what of copies of what, as the log has it."""
    entries = Custody(str(made.library)).entries(limit=1000)
    said = ("release", "withdraw", "answer", "retract")
    return [(entry["user"], entry["action"], entry["subject"]) for entry in entries if entry["action"] in said]


def test_what_a_job_does_is_noted_once_and_as_done_by_who_asked_for_it(made: Made) -> None:
    job = made.rita.wait(made.rita.audit(made.copy)["id"])["id"]
    entries = Custody(str(made.library)).entries(limit=1000)
    assert [(entry["user"], entry["action"]) for entry in entries if entry["details"].get("job") == job] == [
        ("rita", "audit")
    ]
    assert "(python)" not in {entry["user"] for entry in entries}


def test_an_audit_has_a_page_for_those_who_may_see_it(made: Made) -> None:
    job = made.rita.wait(made.rita.audit(made.copy)["id"])
    assert (job["status"], job["result"]["audit"]["state"]) == ("done", "passed")
    assert job["message"].startswith("passed: none of 0 faces")
    assert made.rita.copy_audit(made.copy)["every"] == 1, "it is the newest"
    answer = made.rita.ask("GET", f"/jobs/{job['id']}/report")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "<html" in answer.text.lower()
    with logged_in(made.address, "vera") as vera:
        assert refused(vera.ask, "GET", f"/jobs/{job['id']}/report").status == 403


def test_an_older_version_of_a_plan_changes_nothing(made: Made) -> None:
    found = made.rita.plan(made.plan)
    error = refused(made.rita.change_plan, made.plan, found["version"] - 1, found["plan"])
    assert (error.status, "load it again" in error.detail) == (409, True)
    other = found["plan"] | {"original": found["plan"]["original"] | {"sha256": "0" * 64}}
    assert "same original" in refused(made.rita.change_plan, made.plan, found["version"], other).detail
    for nonsense in ({}, {"plan": 1}, found["plan"] | {"tracks": [{"number": 1}]}):
        assert refused(made.rita.change_plan, made.plan, found["version"], nonsense).status == 400
    assert made.rita.plan(made.plan) == found


@pytest.mark.parametrize("name", ["../x.mp4", "x.exe", "a/b.mp4", 'a".mp4', "a\r\nb.mp4", ".mp4", "x" * 150 + ".mp4"])
def test_a_copy_has_the_name_of_a_video_file(made: Made, name: str) -> None:
    assert refused(made.rita.make_copy, made.plan, name).status in (400, 422)


def test_a_pattern_that_is_none_is_refused_at_once(made: Made) -> None:
    assert "text_pattern" in refused(made.rita.look, made.video, ["text"], text_pattern="(").detail


def test_a_stopped_copy_leaves_nothing_and_a_removed_one_too(made: Made) -> None:
    before = sorted(path.name for path in (made.library / "copies").iterdir())
    job = made.rita.make_copy(made.plan, "caf\u00e9 \u706b.mp4")["id"]
    while not (made.library / "copies" / job).exists():
        assert made.rita.job(job)["status"] in ("waiting", "running")
    made.rita.stop(job)
    assert made.rita.wait(job)["status"] == "cancelled"
    assert sorted(path.name for path in (made.library / "copies").iterdir()) == before
    job = made.rita.wait(made.rita.make_copy(made.plan, "caf\u00e9 \u706b.mp4")["id"])["id"]
    answer = made.rita.ask("GET", f"/copies/{job}/media", params={"download": True})
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''caf%C3%A9%20%E7%81%AB.mp4"
    made.rita.remove_copy(job)
    assert refused(made.rita.ask, "GET", f"/copies/{job}").status == 404
    assert sorted(path.name for path in (made.library / "copies").iterdir()) == before


def planted(library: Path, word: bytes) -> list[str]:
    """The files of a library that hold a word, or are called so."""
    found = [path for path in library.rglob("*") if path.is_file()]
    return [str(path.relative_to(library)) for path in found if word in path.read_bytes() or word in str(path).encode()]


def test_what_is_forgotten_is_nowhere(tmp_path: Path, clip: Path) -> None:
    library = tmp_path / "library"
    with server(library) as address, Client(address) as client:
        stopped = client.upload(clip, name=f"again-{NAME}")["id"]
        client.stop(stopped)
        client.wait(stopped)
        video = client.wait(client.upload(clip)["id"])["video"]
        second = client.wait(client.upload(clip, name=f"again-{NAME}")["id"])
        assert second["result"]["counts"]["skipped"] == 1
        client.tag(video, 0, 0.5, ["zebrafish"])
        plan = client.wait(client.look(video, ["faces"], effort="fast")["id"])["result"]["plan"]
        draw(client, plan, ZONE)
        copy = client.wait(client.make_copy(plan)["id"])["id"]
        with open_store(library, create=False) as store:
            store.copies.release(copy, "ada")
            store.copies.answer(copy, "a zebrafish", "ada", [(0.5, ZONE)])
        audit = client.audit(copy)["id"]
        assert planted(library, b"zebrafish")
        client.forget(video)
        assert planted(library, b"zebrafish") == ["library.db"] or planted(library, b"zebrafish") == []
        assert refused(client.show, video).status == 404
        assert refused(client.plan, plan).status == 404
        assert client.plans(video) == client.copies() == []
        assert refused(client.copies, copy).status == 422
        assert refused(client.ask, "GET", f"/copies/{copy}/media").status == 404
        assert refused(client.job, audit).status == 404
    assert planted(library, b"zebrafish") == []
    assert planted(library, video.encode()) == ["library.db"]  # in the log, by its number alone
