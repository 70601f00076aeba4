"""Small pictures of moments, without their people."""

from passerby.records import Thumbnail
from passerby.store.records.base import RecordTable

TABLE = RecordTable(
    kind=Thumbnail,
    name="thumbnails",
    columns={"pts": "integer"},
    to_row=lambda thumbnail: (thumbnail.pts,),
    from_row=Thumbnail,
    of="moment",
    is_single=True,
    blob=lambda thumbnail: thumbnail.jpeg,
)
