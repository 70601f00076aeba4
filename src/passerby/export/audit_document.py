"""What an audit found as one JSON document: ``audit --json``, in docs/json.md."""

from typing import Any

from passerby.redact.audited import AuditedTrack, AuditResult, Leak


def audit_document(result: AuditResult) -> dict[str, Any]:
    """All of it, but no pixel."""
    return {
        "original": result.original.name,
        "copy": result.copy.name,
        "pass": result.passed,
        "verdict": result.verdict,
        "faces": {
            "original": result.faces,
            "leaked": result.leaked,
            "leaky_tracks": result.leaky_tracks,
            "longest_run_frames": result.longest_run,
            "tracks": len(result.tracks),
            "shown_on_purpose": result.shown_on_purpose,
            "smallest_height": result.smallest_height,
        },
        "tracks": [_track(track) for track in result.tracks],
        "frames": result.frames,
        "every": result.every,
        "looked_with": list(result.looked_with),
        "sound": result.has_sound,
        "left_in_container": [*result.tags, *result.streams],
        "problems": list(result.problems),
        "notes": list(result.notes),
    }


def _track(track: AuditedTrack) -> dict[str, Any]:
    return {
        "number": track.number,
        "start": track.start,
        "end": track.end,
        "score": round(track.score, 4),
        "faces": track.faces,
        "leaked": len(track.leaks),
        "longest_run_frames": track.longest_run,
        "leaks": [_leak(leak) for leak in track.leaks],
    }


def _leak(leak: Leak) -> dict[str, Any]:
    return {"time": leak.time, "box": list(leak.box), "follows": round(leak.follows, 4)}
