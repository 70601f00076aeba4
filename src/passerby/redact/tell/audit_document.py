"""What an audit found as one JSON document, and back: ``audit --json``, in docs/json.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from passerby.redact.audit.result import Answer, AuditedTrack, AuditResult, Leak, ShownFace


def audit_document(result: AuditResult) -> dict[str, Any]:
    """All of it, but no pixel."""
    return {
        "original": result.original.name,
        "copy": result.copy.name,
        "state": result.state,
        "pass": result.passed,
        "verdict": result.verdict,
        "faces": {
            "original": result.faces,
            "leaked": result.leaked,
            "leaky_tracks": result.leaky_tracks,
            "longest_run_frames": result.longest_run,
            "tracks": len(result.tracks),
            "shown_on_purpose": result.shown_on_purpose,
            "answered": len(result.answered),
            "smallest_height": result.smallest_height,
        },
        "hides_faces": result.hides_faces,
        "shown_on_purpose": [_shown(face) for face in result.shown],
        "tracks": [_track(track) for track in result.tracks],
        "frames": result.frames,
        "every": result.every,
        "looked_with": list(result.looked_with),
        "sound": result.has_sound,
        "left_in_container": [*result.tags, *result.streams],
        "problems": list(result.problems),
        "notes": list(result.notes),
    }


def _shown(face: ShownFace) -> dict[str, Any]:
    return {
        "face": face.face,
        "start": face.start,
        "end": face.end,
        "frames": face.frames,
        "plan_track": face.plan_track,
    }


def _track(track: AuditedTrack) -> dict[str, Any]:
    return {
        "number": track.number,
        "plan_track": track.plan_track,
        "start": track.start,
        "end": track.end,
        "score": round(track.score, 4),
        "faces": track.faces,
        "leaked": len(track.leaks),
        "longest_run_frames": track.longest_run,
        "leaks": [_leak(leak) for leak in track.leaks],
        "nobody": None if track.answer is None else answer_document(track.answer),
    }


def answer_document(answer: Answer) -> dict[str, Any]:
    """Who says why that it is nobody."""
    return {"reason": answer.reason, "by": answer.by, "at": answer.at}


def _leak(leak: Leak) -> dict[str, Any]:
    return {"time": leak.time, "box": list(leak.box), "follows": round(leak.follows, 4)}


def read_audit(document: Mapping[str, Any]) -> AuditResult:
    """What ``audit_document`` told of, without answers; of older documents what they say."""
    faces = document["faces"]
    shown = [ShownFace(**face) for face in document.get("shown_on_purpose", [])]
    if not shown and faces["shown_on_purpose"]:  # an older one, which does not say when
        end = max((track["end"] for track in document["tracks"]), default=0.0)
        shown = [ShownFace(0, 0.0, end, faces["shown_on_purpose"], None)]
    return AuditResult(
        original=Path(document["original"]),
        copy=Path(document["copy"]),
        frames=document["frames"],
        tracks=tuple(_read_track(track) for track in document["tracks"]),
        shown=tuple(shown),
        every=document["every"],
        smallest_height=faces["smallest_height"],
        looked_with=tuple(document["looked_with"]),
        has_sound=document["sound"],
        tags=tuple(document["left_in_container"]),
        streams=(),
        problems=tuple(document["problems"]),
        notes=tuple(document["notes"]),
        hides_faces=document.get("hides_faces", True),
    )


def _read_track(track: Mapping[str, Any]) -> AuditedTrack:
    number = track["number"]
    leaks = (Leak(number, leak["time"], (*leak["box"],), leak["follows"], begins_run=False) for leak in track["leaks"])
    return AuditedTrack(
        number,
        track["start"],
        track["end"],
        track["score"],
        track["faces"],
        tuple(leaks),
        track["longest_run_frames"],
        track.get("plan_track"),
    )
