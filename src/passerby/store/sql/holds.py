"""Which videos are under a hold: those cannot be forgotten, nor go to the trash, nor leave a case that is held."""

from collections.abc import Sequence

from passerby.errors import HeldError
from passerby.store.sql.base import SqlDatabase

_HELD = (
    "SELECT video FROM holds WHERE video IS NOT NULL "
    "UNION SELECT members.video FROM members JOIN holds ON holds.collection = members.collection"
)


def held(db: SqlDatabase, videos: Sequence[str]) -> list[str]:
    """Which of these are under a hold, of their own or of a case that they are in."""
    chosen, ids = db.among(videos)
    rows = db.rows(f"SELECT id FROM videos WHERE id {chosen} AND number IN ({_HELD}) ORDER BY number", [ids])
    return [video for (video,) in rows]


def require_free(db: SqlDatabase, video_id: str) -> None:
    """Raise HeldError if a video is under a hold."""
    if held(db, [video_id]):
        raise HeldError(
            f"video {video_id[:12]} is under a hold: it stays as it is until that is lifted "
            "(`passerby evidence holds` shows which, `passerby evidence lift` ends one)"
        )


def require_free_case(db: SqlDatabase, collection: int) -> None:
    """Raise HeldError if a collection is under a hold, by its number."""
    if db.value("SELECT 1 FROM holds WHERE collection = ?", [collection]):
        raise HeldError("this case is under a hold: it stays as it is until that is lifted (`passerby evidence lift`)")
