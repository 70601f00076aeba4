"""What stages say of a picture file without the people in it: it is masked and described as a moment of a video is."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from passerby.errors import UsageError
from passerby.media.still import read_still
from passerby.models.source import ModelSource
from passerby.pictures import fitted_within
from passerby.pipeline.detect import open_finder
from passerby.pipeline.feed import LONG_SIDE
from passerby.records import Moment, Record, Sample, VideoInfo
from passerby.stages.base import Kit, MaskedMoment, Masker, PeopleDetections, SettledSample, Stage
from passerby.stages.describing import masked_moment
from passerby.times import Span, TimeBase


def describe_picture(path: Path, stages: Sequence[Stage], models: ModelSource) -> list[Record]:
    """What those of ``stages`` that take moments say of a still image, masked by the one of them that masks.

    Raises MediaError for a file that cannot be read, UsageError where people leave nothing of it.
    """
    pixels = read_still(path).pixels
    height, width = pixels.shape[:2]
    small = fitted_within(pixels, LONG_SIDE)
    kit = Kit(VideoInfo(width, height, TimeBase(Fraction(1)), 0, "", "", False, None, None), models)
    moment = _masked(Sample(0, small, width, height), path, stages, kit)
    records: list[Record] = []
    for stage in stages:
        if stage.takes == "moments":
            session = stage.open(kit)
            session.push(moment)
            records += session.finish(1)
    return records


def _masked(sample: Sample, path: Path, stages: Sequence[Stage], kit: Kit) -> MaskedMoment:
    (masker,) = (stage for stage in stages if isinstance(stage, Masker))
    found = open_finder([masker], kit, tiled=True).find(0, sample)
    masking = masker.open(kit)
    masking.push(PeopleDetections(0, False, found.people, found.faces, found.beside_people))
    (people,) = masking.settle_all()
    settled = SettledSample(sample, cut=False, people=people, things=found.all_things)
    masked = masked_moment(0, Moment(Span(0, 1), 0), [settled])
    if masked is None or not masked.frames:
        reason = people.doubt or "people fill it"
        raise UsageError(f"{path}: expected a picture with something to see beside people: {reason}")
    return masked
