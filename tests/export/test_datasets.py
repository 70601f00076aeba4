"""Data sets: COCO and YOLO read back with supervision, MOT and CVAT as their formats say."""

import configparser
import csv
import io
import json
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import supervision
from PIL import Image

from knowns import SAMPLED, TICKS, known, people
from passerby.export.coco import coco
from passerby.export.cvat import cvat
from passerby.export.known import Known
from passerby.export.mot import mot
from passerby.export.yolo import yolo

DOG, CAR = [10, 20, 110, 140.5], [0, 300, 50, 360]  # clipped to 640x360


def pictures(folder: Path, names: list[str]) -> Path:
    folder.mkdir()
    for name in names:
        Image.new("RGB", (640, 360)).save(folder / name)
    return folder


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        file.extractall(folder)
    return folder


def boxes_by_frame(dataset: supervision.DetectionDataset) -> dict[str, list[tuple[str, list[float]]]]:
    return {
        Path(path).stem: [
            (dataset.classes[int(kind)], np.round(box.astype(float), 2).tolist())
            for box, kind in zip(found.xyxy, found.class_id, strict=True)
        ]
        for path, found in dataset.annotations.items()
    }


EXPECTED = {
    "frame_000001": [],
    "frame_000002": [("dog", DOG)],
    "frame_000003": [("dog", DOG)],
    "frame_000004": [],
    "frame_000005": [("dog", DOG), ("car", CAR)],
    "frame_000006": [("car", CAR)],
    "frame_000007": [],
}


def test_coco_is_read_by_supervision(tmp_path: Path) -> None:
    document = json.loads(coco(known()))
    (tmp_path / "annotations.json").write_bytes(coco(known()))
    folder = pictures(tmp_path / "images", [image["file_name"] for image in document["images"]])
    dataset = supervision.DetectionDataset.from_coco(str(folder), str(tmp_path / "annotations.json"))
    assert boxes_by_frame(dataset) == EXPECTED


def test_coco_has_the_exact_time_of_each_image_and_the_track_of_each_box() -> None:
    document = json.loads(coco(known()))
    assert [image["seconds"] for image in document["images"]] == [pts / TICKS for pts in SAMPLED]
    assert [(box["track_id"], box["image_id"]) for box in document["annotations"]] == [
        (1, 2), (1, 3), (1, 5), (2, 5), (2, 6)
    ]  # fmt: skip
    assert len({box["id"] for box in document["annotations"]}) == 5


def test_yolo_is_read_by_supervision(tmp_path: Path) -> None:
    folder = unpacked(yolo(known()), tmp_path / "set")
    images = pictures(tmp_path / "images", [f"{name}.jpg" for name in EXPECTED])
    dataset = supervision.DetectionDataset.from_yolo(str(images), str(folder / "labels"), str(folder / "data.yaml"))
    assert boxes_by_frame(dataset) == EXPECTED


@pytest.mark.parametrize("write", [yolo, mot])
def test_an_archive_says_when_its_frames_are(write: Callable[[Known], bytes], tmp_path: Path) -> None:
    folder = unpacked(write(known()), tmp_path)
    rows = list(csv.DictReader((folder / "times.csv").read_text().splitlines()))
    assert [int(row["frame"]) for row in rows] == list(range(1, 8))
    assert [int(row["pts"]) for row in rows] == SAMPLED
    assert all(abs(Fraction(row["seconds"]) - Fraction(int(row["pts"]), TICKS)) < Fraction(1, 10**6) for row in rows)


def test_mot_numbers_the_sampled_frames(tmp_path: Path) -> None:
    folder = unpacked(mot(known()), tmp_path)
    lines = [list(map(float, line.split(","))) for line in (folder / "gt" / "gt.txt").read_text().splitlines()]
    assert [line[:2] for line in lines] == [[2, 1], [3, 1], [5, 1], [5, 2], [6, 2]]
    assert lines[0][2:] == [11, 21, 100, 120.5, 0.75, 2, 1]
    assert (folder / "gt" / "labels.txt").read_text().split() == ["car", "dog"]
    sequence = configparser.ConfigParser()
    sequence.read(folder / "seqinfo.ini")
    assert sequence["Sequence"]["seqLength"] == "7"
    assert float(sequence["Sequence"]["frameRate"]) == pytest.approx(6 / (SAMPLED[-1] / TICKS), abs=0.001)


def test_cvat_numbers_the_sampled_frames_and_keeps_their_times() -> None:
    root = ET.fromstring(cvat(known()))
    assert root.findtext("version") == "1.1"
    assert root.findtext("meta/task/size") == "7"
    assert [label.text for label in root.iterfind("meta/task/labels/label/name")] == ["car", "dog"]
    dog, car = root.iterfind("track")
    assert (dog.get("label"), car.get("label")) == ("dog", "car")
    # Where a track is not seen it is outside; after the last sample there is nothing to say.
    assert [(box.get("frame"), box.get("outside")) for box in dog] == [
        ("1", "0"), ("2", "0"), ("3", "1"), ("4", "0"), ("5", "1")
    ]  # fmt: skip
    assert [(box.get("frame"), box.get("outside")) for box in car] == [("4", "0"), ("5", "0"), ("6", "1")]
    for box in [*dog, *car]:
        exact = Fraction(SAMPLED[int(box.get("frame", ""))], TICKS)
        assert abs(Fraction(box.findtext("attribute") or "") - exact) < Fraction(1, 10**6)
    assert [float(car[0].get(side, "")) for side in ("xtl", "ytl", "xbr", "ybr")] == CAR


@pytest.mark.parametrize("write", [coco, cvat, mot, yolo])
def test_no_one_is_in_a_data_set(write: Callable[[Known], bytes]) -> None:
    """Where people are changes no byte of it; only when they were looked for does, since things were then too."""
    elsewhere = people()
    elsewhere.boxes[:] += 7
    assert write(known()) == write(known(people=elsewhere))
    assert b"person" not in write(known())


@pytest.mark.parametrize("write", [coco, cvat, mot, yolo])
def test_a_video_without_things_gives_a_whole_file(write: Callable[[Known], bytes]) -> None:
    assert write(known(tracks=()))
    assert write(known(tracks=(), people=None, sampled=np.zeros(0, np.int64)))
