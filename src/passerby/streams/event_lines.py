"""Events and states as lines of JSON, for programs that read them from a pipe or a file."""

import json
from typing import TextIO

from passerby.dates import format_moment
from passerby.documents import Document
from passerby.store.streams import SourceState
from passerby.streams.outlet_queue import News

_MICROSECONDS = 1_000_000


def state_document(state: SourceState) -> Document:
    """How a source is, as JSON lines and webhooks tell it."""
    return {
        "type": "state",
        "source": state.source,
        "status": state.status,
        "time": format_moment(round(state.wall * _MICROSECONDS)),
        "message": state.message,
    }


class EventLines:
    """Writes a line for each event, and for each change of a state."""

    name = "events as lines of JSON"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._broken: OSError | None = None

    def send(self, news: News) -> None:
        """Raises OSError: the reader has gone. After that nothing is written: the stream would hold all of it."""
        if self._broken:
            raise self._broken
        documents = [*map(state_document, news.states), *(event.document() for event in news.events)]
        if documents:
            try:
                self._stream.write("".join(json.dumps(document) + "\n" for document in documents))
                self._stream.flush()
            except OSError as error:
                self._broken = error
                raise

    def give_up(self) -> None:
        """Nothing that could be given up is waited for."""

    def close(self) -> None:
        """The stream is closed by whoever has opened it."""
