"""What is watched is hidden before it is kept: nothing that the real command writes anywhere shows a face."""

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from clips import make_clip
from passerby.errors import MediaError
from passerby.media.read.frames import Frame, open_video
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.pictures import from_jpeg
from passerby.records import Pixels
from pictures import texture
from real_faces import LEFT, PORTRAIT, RIGHT, SIZE, portrait
from watch_command import WatchCommand, watch_command

FRAMES, RATE = 40, 6
SEGMENTS = 2  # in the library before the command is ended
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
pytestmark = pytest.mark.timeout(1800)  # real models look at real pictures, on whatever machine this is
PATCH = 24  # the side of the noise on each jacket, in pixels


def planted_clip(path: Path) -> Path:
    """Two portraits that move a little, as nothing stands still in front of a camera, with noise on their jackets."""
    noise = np.random.default_rng(19).integers(0, 256, (PATCH, PATCH, 3), np.uint8)
    scene, face = texture(SIZE)(0), portrait().copy()
    face[225 : 225 + PATCH, 108 : 108 + PATCH] = noise

    def picture(index: int) -> Pixels:
        pixels, step = scene.copy(), index % 8
        for (x, y), shown in ((LEFT, face), (RIGHT, face[:, ::-1])):
            pixels[y : y + PORTRAIT[1], x + step : x + step + PORTRAIT[0]] = shown
        return pixels

    return make_clip(
        path, size=SIZE, frames=FRAMES, rate=RATE, picture=picture, numbered=False, options={"g": "6", "bf": "0"}
    )


def rows_of_people(clip: Path) -> set[bytes]:
    """Rows of the noise as the clip's decoder gives them, as brightness and as colours: none other are like them."""
    rows = set()
    with open_video(clip) as reader:
        for index, frame in enumerate(item for item in reader.read() if isinstance(item, Frame)):
            if index % 5:
                continue
            x, y = LEFT[0] + index % 8 + 108, LEFT[1] + 225 + PATCH // 2
            colours = frame.rgb(*SIZE)[y, x : x + PATCH]
            plane = frame.picture.planes[0]
            bright = bytes(memoryview(plane)[y * plane.line_size + x :][:PATCH])
            rows |= {bright, colours.tobytes(), colours[:, ::-1].tobytes()}
    return rows


def pictures_in(path: Path) -> Iterator[Pixels]:
    """The pictures that a file holds, of a video some of each second."""
    data = path.read_bytes()
    start = data.find(JPEG_START)
    while start >= 0:
        end = data.find(JPEG_END, start)
        yield from _jpeg(data[start : end + 2] if end > 0 else data[start:])
        start = data.find(JPEG_START, start + 3)
    try:
        with open_video(path) as reader:
            frames = (item for item in reader.read() if isinstance(item, Frame))
            yield from (frame.rgb(*SIZE) for index, frame in enumerate(frames) if index % 3 == 0)
    except MediaError:
        return


def _jpeg(data: bytes) -> Iterator[Pixels]:
    try:
        yield from_jpeg(data)
    except (MediaError, ValueError, cv2.error):
        return


class Searcher:
    """Looks for planted rows wherever the command can have written something; each state of a file once."""

    def __init__(self, rows: set[bytes]) -> None:
        self._rows, self._seen = rows, set[tuple[str, int, int]]()
        self._shared = set(Path("/dev/shm").glob("**/*"))  # others' files
        self.found: list[str] = []

    def look(self, command: WatchCommand) -> None:
        own = [path for folder in (command.library, command.temporary) for path in folder.rglob("*")]
        shared = set(Path("/dev/shm").glob("**/*")) - self._shared
        for path in [*own, *shared, *unnamed_files(command)]:
            self._look(path)

    def _look(self, path: Path) -> None:
        try:
            state = path.stat()
            mark = os.fspath(path), state.st_size, state.st_mtime_ns
            if not path.is_file() or mark in self._seen:
                return
            data = path.read_bytes()
        except OSError:  # it has just gone
            return
        self._seen.add(mark)
        if any(row in data for row in self._rows):
            self.found.append(os.fspath(path))


def unnamed_files(command: WatchCommand) -> Iterator[Path]:
    """Files that its processes hold open and that have no name any more, or never had one."""
    for process in command.tree():
        try:
            for link in Path(f"/proc/{process.pid}/fd").iterdir():
                if link.is_file() and link.readlink().name.endswith("(deleted)"):
                    yield link
        except (OSError, psutil.Error):  # it has just ended
            continue


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_clip(tmp_path_factory.mktemp("camera") / "clip.ts")


def watched(folder: Path, clip: Path, *options: str) -> tuple[Path, Searcher]:
    """Watch the clip until some of its segments are in the library; where all that is kept lies, and what was found."""
    searcher = Searcher(rows_of_people(clip))
    arguments = (clip, "--name", "gate", "--segment", "2s", "--cores", "100", *options)

    def enough() -> bool:
        searcher.look(command)
        return len(command.segments()) >= SEGMENTS

    with watch_command(folder, *arguments) as command:
        command.until(enough)
        command.end()
    left = list(command.temporary.iterdir())
    assert not left, "temporary files are left"
    return command.library, searcher


def faces_in(library: Path) -> dict[str, int]:
    """How many faces a detector finds in the pictures of each file that has some."""
    models = CatalogModels(library / "none", RuntimeOptions(threads=1))
    detector = models.open(models.name_for("faces"), threshold=0.5)
    files = [path for path in sorted(library.rglob("*")) if path.is_file()]
    pictures = {path.relative_to(library).as_posix(): list(pictures_in(path)) for path in files}
    return {
        name: sum(len(detector.detect([picture])[0]) for picture in shown) for name, shown in pictures.items() if shown
    }


def test_nothing_that_is_written_shows_a_face(tmp_path: Path, clip: Path) -> None:
    library, searcher = watched(tmp_path, clip)
    assert searcher.found == []
    faces = faces_in(library)
    assert sum(name.endswith(".mp4") for name in faces) >= SEGMENTS
    assert any(name.endswith(".jpg") for name in faces)
    assert set(faces.values()) == {0}
    shown = [picture for path in library.rglob("*.mp4") for picture in pictures_in(path)]
    assert all(picture[-20:, :20].any() for picture in shown), "what is no person is not hidden"


def test_it_would_fail_if_nothing_were_hidden(tmp_path: Path, clip: Path) -> None:
    """The control: where the original is to be kept, the same look finds the faces, in it and nowhere else."""
    library, _ = watched(tmp_path, clip, "--keep-original")
    faces = faces_in(library)
    shown = {name for name, count in faces.items() if count}
    assert len(shown) >= SEGMENTS
    assert {Path(name).suffix for name in shown} == {".mp4"}
    assert {Path(name).suffix for name in faces} > {".mp4"}
