"""How a picture file looks without the people in it: masked and described as a moment of a video is."""

from pathlib import Path

from passerby.errors import UsageError
from passerby.media.still import read_still
from passerby.models.source import ModelSource
from passerby.pipeline.feed import LONG_SIDE
from passerby.pipeline.order import Finder
from passerby.pipeline.sessions import LEAST_SCORE
from passerby.records import Floats, Moment, Sample
from passerby.stages.describing import DESCRIBER, look_at, masked_moment
from passerby.stages.people import PeopleStage
from passerby.stages.vectors import VectorsSession
from passerby.times import Span


def look_of_picture(path: Path, models: ModelSource) -> Floats:
    """The vector (d,) of a still image, people masked.

    Raises MediaError for a file that cannot be read, UsageError where people leave nothing of it.
    """
    pixels = read_still(path).pixels
    height, width = pixels.shape[:2]
    return _look(Sample(0, fitted_within(pixels, LONG_SIDE), width, height), path, models)


def _look(sample: Sample, path: Path, models: ModelSource) -> Floats:
    stage = PeopleStage()
    people, faces = (models.open(name, threshold=LEAST_SCORE) for name in stage.models)
    found = Finder(people, faces, None, tiled=True).find(0, sample)
    session = stage.open(sample.frame_width, sample.frame_height)
    session.push(0, cut=False, people=found.people, faces=found.faces, things=found.beside_people)
    (at,) = session.finish()
    masked = masked_moment(0, Moment(Span(0, 1), 0), [(sample, at)])
    if masked is None or not masked.frames:
        reason = at.doubt or "people fill it"
        raise UsageError(f"{path}: expected a picture with something to see beside people: {reason}")
    vectors = VectorsSession()
    vectors.push(masked, look_at(masked, models.open(DESCRIBER)))
    (vector,) = vectors.finish()
    return vector.vector
