"""People over time: whoever is seen before and after a sample is masked in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.geometry import intersections
from passerby.people import PeopleAt, heads
from passerby.records import Detections, PeopleMasks
from passerby.stages.base import PeopleDetections
from passerby.stages.people import NOT_SURE, PeopleSession, PeopleStage

SIZE = (640, 360)
Row = tuple[float, tuple[float, float, float, float]]


def found(*rows: Row, label: str = "person") -> Detections:
    boxes = np.array([row[1] for row in rows], np.float32).reshape(-1, 4)
    return Detections(boxes, np.array([row[0] for row in rows], np.float32), (label,) * len(rows))


def run(
    samples: list[Detections],
    faces: dict[int, Detections] | None = None,
    things: dict[int, Detections] | None = None,
    cuts: tuple[int, ...] = (),
) -> list[PeopleAt]:
    session = PeopleSession(PeopleStage(), *SIZE)
    settled = []
    for pts, people in enumerate(samples):
        here = (faces or {}).get(pts, Detections.none())
        beside = (things or {}).get(pts, Detections.none())
        settled += session.push(PeopleDetections(pts, pts in cuts, people, here, beside))
    return settled + session.settle_all()


def walker(step: int, score: float = 0.8) -> Row:
    return (score, (100.0 + 15 * step, 100, 160 + 15 * step, 280))


def test_a_person_missed_between_two_sightings_is_masked_where_they_must_be() -> None:
    rows = run([found(walker(0)), found(walker(1)), found(), found(walker(3)), found(walker(4))])
    assert [row.count for row in rows] == [1] * 5
    assert np.abs(rows[2].boxes - np.array(walker(2)[1])).max(axis=1).min() < 6


def test_a_gap_of_three_samples_is_closed() -> None:
    rows = run([found(walker(0)), found(walker(0)), found(), found(), found(), found(walker(0)), found(walker(0))])
    assert all(len(row.boxes) for row in rows)


def test_before_the_first_and_after_the_last_sighting_one_sample_is_masked() -> None:
    rows = run([found(), found(), found(walker(0)), found(), found()])
    assert [len(row.boxes) for row in rows] == [0, 1, 1, 1, 0]
    assert [row.count for row in rows] == [0, 0, 1, 0, 0]


def test_nobody_is_carried_over_a_cut() -> None:
    rows = run([found(walker(0)), found(), found(walker(0))], cuts=(1, 2))
    assert [len(row.boxes) for row in rows] == [1, 0, 1]


def test_a_weak_box_counts_when_a_track_explains_it() -> None:
    rows = run([found(walker(0)), found(walker(0, 0.17)), found(walker(0))])
    assert [(row.count, row.doubt) for row in rows] == [(1, "")] * 3


def test_a_large_weak_box_alone_is_a_doubt_and_nothing_is_described() -> None:
    (row,) = run([found(walker(0, 0.2))])
    assert (row.count, len(row.boxes), row.doubt) == (0, 0, NOT_SURE)


def test_a_tiny_weak_box_is_no_doubt() -> None:
    (row,) = run([found((0.2, (10.0, 10, 20, 30)))])
    assert row.doubt == ""


def test_a_weak_box_that_a_thing_explains_is_no_doubt() -> None:
    chair = found((0.4, walker(0)[1]), label="chair")
    (row,) = run([found(walker(0, 0.2))], things={0: chair})
    assert row.doubt == ""
    faint = found((0.16, walker(0)[1]), label="chair")
    (row,) = run([found(walker(0, 0.2))], things={0: faint})
    assert row.doubt == NOT_SURE


def test_a_face_without_a_person_around_it_brings_head_and_body() -> None:
    face = found((0.6, (300.0, 50, 330, 90)), label="face")
    (row,) = run([found()], faces={0: face})
    assert row.count == 1
    assert intersections(row.boxes, heads(face.boxes)).max() == pytest.approx(60 * 80)
    assert row.boxes[0, 3] > 300


def test_a_face_at_the_edge_of_a_person_widens_the_box_to_the_whole_head() -> None:
    face = found((0.6, (110.0, 95, 150, 135)), label="face")
    (row,) = run([found(walker(0))], faces={0: face})
    assert row.count == 1
    assert row.boxes[0, 1] <= heads(face.boxes)[0, 1]


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(10, 100).map(lambda percent: percent / 100),
                st.tuples(*[st.integers(0, 300)] * 2, *[st.integers(300, 640)] * 2),
            ),
            max_size=3,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_sure_box_is_kept_and_every_sample_comes_back_once(samples: list[list[Row]]) -> None:
    rows = run([found(*sample) for sample in samples])
    assert [row.pts for row in rows] == list(range(len(samples)))
    for row, sample in zip(rows, samples, strict=True):
        for score, (x1, y1, x2, y2) in sample:
            if score >= PeopleStage().person_score:
                box = np.array([x1, y1, x2, min(y2, SIZE[1])], np.float32)
                assert (np.abs(row.boxes - box).max(axis=1) < 0.01).any()


def test_a_box_within_a_person_is_masked_but_not_counted() -> None:
    (row,) = run([found((0.9, (100.0, 50, 300, 350)), (0.6, (150.0, 200, 250, 340)), (0.8, (400.0, 50, 500, 350)))])
    assert (row.count, len(row.boxes)) == (2, 3)


def test_the_record_holds_every_sample() -> None:
    session = PeopleSession(PeopleStage(), *SIZE)
    for pts in range(6):
        session.push(PeopleDetections(pts, False, found(walker(pts)), Detections.none(), Detections.none()))
    session.settle_all()
    (masks,) = session.finish(9)
    assert isinstance(masks, PeopleMasks)
    assert masks.times.tolist() == list(range(6))
    assert np.allclose(masks.boxes_at(3)[0], walker(3)[1])
