"""All that is known of a video as one file of JSON, as in ``show --json``."""

import json

from passerby.export.insights import Insights
from passerby.records import StoredVideo
from passerby.store.library import Store


def json_file(store: Store, video: StoredVideo) -> bytes:
    document = Insights.of(store, video).document()
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
