"""All that is known of a video as one file of JSON, as in ``show --json``."""

import json

from passerby.export.document import video_document
from passerby.records import Video
from passerby.store.library import Store


def json_file(store: Store, video: Video) -> bytes:
    return json.dumps(video_document(store, video), ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
