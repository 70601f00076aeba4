"""Videos that were forgotten while jobs that add files had not ended: those jobs must not add them again.

Kept are hashes with a salt of their own, not ids, and only until the job ends, when a trigger (migrations.py) removes
them and what the job tells of such videos (law 4).
"""

import secrets
from hashlib import sha256

from passerby.errors import ForgottenError
from passerby.store.sql.base import SqlDatabase


def decline(db: SqlDatabase, video_id: str) -> None:
    """Keep that no job which is adding files now adds this video. To be called within a transaction."""
    for (job,) in db.rows("SELECT id FROM jobs WHERE kind = 'add' AND status IN ('waiting', 'running', 'stopping')"):
        salt = secrets.token_bytes(16)
        db.rows("INSERT INTO declined (job, salt, hash) VALUES (?, ?, ?)", [job, salt, _hash(salt, video_id)])


def require_wanted(db: SqlDatabase, video_id: str, job: str) -> None:
    """Raise ForgottenError if the video was forgotten since the job, if there is one, was asked for."""
    for salt, kept in db.rows("SELECT salt, hash FROM declined WHERE job = ?", [job]) if job else ():
        if _hash(salt, video_id) == kept:
            raise ForgottenError(f"video {video_id[:12]} was forgotten while the job that adds it had not ended")


def _hash(salt: bytes, video_id: str) -> bytes:
    return sha256(salt + video_id.encode()).digest()
