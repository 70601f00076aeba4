"""What people answer to an audit: that a place which it took for a face that shows is nobody."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from passerby.errors import UsageError
from passerby.records import PixelBox
from passerby.redact.audit.result import Answer, Audit, AuditedTrack, Leak

NEAR = 0.2  # seconds: an answer tells of a leak no further from one that it was given for,
SAME_PLACE = 0.3  # and whose box shares this with that one's: intersection over union
LONGEST_REASON = 1000  # characters


def answer_to(track: AuditedTrack, reason: str, by: str = "", at: float = 0.0) -> Answer:
    """The answer that nobody is to be seen in the leaks of ``track``. Raises UsageError without a reason."""
    reason = reason.strip()
    if not reason:
        raise UsageError(f"face {track.number}: expected why it is nobody, found no reason; say what is seen there")
    if len(reason) > LONGEST_REASON:
        raise UsageError(f"face {track.number}: expected a reason of at most {LONGEST_REASON} characters")
    return Answer(reason, by, at, tuple(leak.time for leak in track.leaks), tuple(leak.box for leak in track.leaks))


def answered(result: Audit, answers: Sequence[Answer]) -> Audit:
    """``result`` with these answers in place of those that it had: a track is answered if each of its leaks is."""
    return replace(result, tracks=tuple(replace(track, answer=_answer(track, answers)) for track in result.tracks))


def answered_by_number(result: Audit, reasons: Mapping[int, str]) -> Audit:
    """``result`` with answers for the numbers of its faces. Raises UsageError for a number of none that shows."""
    leaky = {track.number: track for track in result.tracks if track.leaks}
    unknown = sorted(reasons.keys() - leaky.keys())
    if unknown:
        listed = ", ".join(map(str, leaky)) or "none"
        raise UsageError(f"face {unknown[0]}: expected the number of a face that shows, of which there are: {listed}")
    return answered(result, [answer_to(leaky[number], reason) for number, reason in reasons.items()])


def speaks_of(answer: Answer, track: AuditedTrack) -> bool:
    """Whether it covers any leak of ``track``."""
    return _reaches(answer, track) and any(_covers(answer, leak) for leak in track.leaks)


def _answer(track: AuditedTrack, answers: Sequence[Answer]) -> Answer | None:
    near = [answer for answer in answers if _reaches(answer, track)]
    if not track.leaks or not all(any(_covers(answer, leak) for answer in near) for leak in track.leaks):
        return None
    return next(answer for answer in near if _covers(answer, track.leaks[0]))


def _reaches(answer: Answer, track: AuditedTrack) -> bool:
    return bool(track.leaks) and (
        answer.times[0] - NEAR <= track.leaks[-1].time and track.leaks[0].time <= answer.times[-1] + NEAR
    )


def _covers(answer: Answer, leak: Leak) -> bool:
    after = bisect_left(answer.times, leak.time)
    nearest = min(
        (index for index in (after - 1, after) if 0 <= index < len(answer.times)),
        key=lambda index: abs(answer.times[index] - leak.time),
    )
    return abs(answer.times[nearest] - leak.time) <= NEAR and _shared(answer.boxes[nearest], leak.box) >= SAME_PLACE


def _shared(one: PixelBox, other: PixelBox) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0) * max(height, 0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return both / max(areas - both, 1)
