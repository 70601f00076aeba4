"""What the API and MCP say of documents to programs has the fields that the documents have."""

import pytest
from pydantic import BaseModel

from libraries import add_rich
from passerby import mcp_server
from passerby.documents import Document
from passerby.library import Library
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web.api import documents as api
from passerby.web.api.search_documents import Hit, SearchAnswer


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("library")
    with open_store(folder, create=True) as store:
        add_rich(store, "pier")
    return Library(Settings(library=str(folder)))


def described(kind: type[BaseModel]) -> list[str]:
    return list(kind.model_fields)


def test_of_a_search(library: Library) -> None:
    found = library.search(said="pier").detailed_document()
    assert set(described(SearchAnswer)) - {"next", "total"} == set(found)
    assert described(Hit) == list(found["hits"][0])
    assert set(described(mcp_server.HitDocument)) - {"time_code"} < set(found["hits"][0])


def test_of_a_moment(library: Library) -> None:
    found = library.moment("pier-name.mp4", 1).document()
    assert described(mcp_server.KnownMoment) == list(found)
    assert all(described(mcp_server.FindingDocument) == list(one) for one in found["objects"] + found["speech"])


def test_of_a_transcript(library: Library) -> None:
    found = library.transcript("pier-name.mp4").document()
    assert described(mcp_server.TranscriptDocument) == list(found)
    (line, *_) = found["lines"]
    assert described(mcp_server.LineDocument) == list(line)
    assert all(described(mcp_server.WordDocument) == list(word) for word in line["words"])


def test_of_a_video_in_a_list(library: Library) -> None:
    found: Document = library.videos()[0].document()
    assert set(found) < set(described(api.VideoSummary))
