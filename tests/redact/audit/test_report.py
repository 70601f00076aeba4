"""The report of an audit: one file, with a picture for each leak that it tells of, and no other file with them."""

import re
import stat
from base64 import b64decode
from pathlib import Path

import cv2
import numpy as np
import pytest

from audited_clips import SIZE, clip, hiding, original_picture
from fake_models import FakeModels
from passerby.errors import OutputError
from passerby.redact.audit.answers import answered_by_number
from passerby.redact.audit.audit import audit
from passerby.redact.audit.report import MOST_OF_A_TRACK, LeakReport
from passerby.redact.audit.result import Audit, AuditedTrack, Leak, ShownFace

PICTURE = re.compile(r'<img src="data:image/jpeg;base64,([^"]+)"')


def result(*leaks: Leak, name: str = "copy.mp4", shown: tuple[ShownFace, ...] = ()) -> Audit:
    track = AuditedTrack(1, 0.0, 4.0, 0.9, 100, leaks, len(leaks))
    return Audit(
        Path("original.mp4"), Path(name), 100, (track,), shown, 4, 10, ("centerface",), False, (), (), (), ("a note",)
    )


def leak(time: float, *, begins: bool = True) -> Leak:
    return Leak(1, time, (100, 80, 140, 130), 0.9, begins)


def frame() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((SIZE[1], SIZE[0], 3), 77, np.uint8)


def test_there_is_a_picture_for_each_run_and_each_file_is_whole(tmp_path: Path) -> None:
    original = clip(tmp_path / "original.mp4", original_picture)
    copy = clip(tmp_path / "copy.mp4", hiding(open_in=[3, 9, 10, 11, 20]))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    report = LeakReport()
    found = audit(original, copy, FakeModels(), on_leak=report.add)
    report.write(found, tmp_path / "leaks.html")
    html = (tmp_path / "leaks.html").read_text("utf-8")
    pictures = PICTURE.findall(html)
    assert len(pictures) == html.count("<img") == html.count("<figcaption>") == 3
    assert "3 pictures of 5 leaks" in html
    assert "kept in no other place" in html
    for code in pictures:
        decoded = cv2.imdecode(np.frombuffer(b64decode(code), np.uint8), cv2.IMREAD_COLOR)
        blue = np.asarray(decoded)[..., 0].astype(int) - np.asarray(decoded)[..., 2]
        assert (blue > 100).mean() > 0.1, "the face is in the picture"
    after = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert after.keys() - before.keys() == {tmp_path / "leaks.html"}
    assert {path: after[path] for path in before} == before


def test_the_page_needs_no_other_file_and_no_script() -> None:
    report = LeakReport()
    report.add(leak(1.0), frame())
    html = report.html(result(leak(1.0)))
    assert not re.search(r"https?:|<script|<link|@import|url\(", html)
    assert set(re.findall(r'src="([^:"]+:)', html)) == {"data:"}


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    LeakReport().write(result(), tmp_path / "leaks.html")
    assert stat.S_IMODE((tmp_path / "leaks.html").stat().st_mode) == 0o600


def test_a_run_has_a_picture_a_second_and_a_track_only_so_many() -> None:
    report = LeakReport()
    leaks = [leak(index / 10, begins=index == 0) for index in range(25)]
    for one in leaks:
        report.add(one, frame())
    assert len(PICTURE.findall(report.html(result(*leaks)))) == 3
    for index in range(20):
        report.add(leak(10.0 + index), frame())
    assert len(PICTURE.findall(report.html(result(*leaks)))) == MOST_OF_A_TRACK


def test_names_of_files_cannot_break_the_page() -> None:
    assert "<script>" not in LeakReport().html(result(name="<script>alert(1)</script>.mp4"))


def test_a_pass_says_so_and_warns_of_nothing() -> None:
    html = LeakReport().html(result())
    assert "Passed: none of 100 faces in 1 track shows" in html
    assert 'class="warning"' not in html
    assert "a note" in html


def test_faces_that_show_on_purpose_are_told_with_their_times() -> None:
    html = LeakReport().html(result(shown=(ShownFace(2, 5.0, 20.25, 300, 7), ShownFace(3, 1.0, 2.0, 25, None))))
    assert "Passed, but shows faces on purpose" in html
    assert "shows 2 faces on purpose, 0:01.000-0:02.000, 0:05.000-0:20.250" in html
    assert "<td>face 2</td><td>0:05.000 to 0:20.250</td><td>300 frames</td><td>track 7 of the plan is visible" in html


def test_an_answer_is_told_and_its_pictures_are_not_there() -> None:
    report = LeakReport()
    report.add(leak(1.0), frame())
    html = report.html(answered_by_number(result(leak(1.0)), {1: "<b>a hat</b>"}))
    assert "Passed: none of 100 faces in 1 track shows; face 1 answered as nobody: &lt;b&gt;a hat&lt;/b&gt;." in html
    assert "<img" not in html


def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="can be written"):
        LeakReport().write(result(), tmp_path / "nowhere" / "leaks.html")
