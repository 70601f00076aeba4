"""``passerby mcp`` as its clients see it: the SDK's own client over stdio, a process of its own, a made-up library."""

import asyncio
import base64
import json
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, ImageContent, TextContent

from cli.conftest import command_line, environment
from libraries import add, add_copy, add_rich, cue, people, said, text, track, video
from notes import NOTED_TOOLS, UNNOTED_TOOLS
from passerby.errors import UsageError
from passerby.evidence.custody import Custody
from passerby.export.moment_details import MOST_FINDINGS, MOST_WORDS, transcript
from passerby.library import Library
from passerby.mcp_server import MOST_HITS
from passerby.records import SpokenWord, Tag, Thumbnail, Utterance
from passerby.redact.audit.result import Audit, ShownFace
from passerby.service.copy_folder import manifest_bytes
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.times import Span

Ask = Callable[[Callable[[Client], Awaitable[Any]]], Any]
JPEG = b"\xff\xd8\xff\xe0 people are masked here"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp") / "library"
    with open_store(folder, create=True) as store:
        add(
            store,
            "street.mp4",
            3,
            objects=[track("dog", 1), track("car", 2)],
            tags=[Tag(1, "beach", 0.5)],
            text=[text("market hall", 1)],
            speech=[said("an old woman sells fish", 0), said("look at the boats", 1)],
            people=[people(1)],
            thumbnails=[Thumbnail(1, 4000, JPEG)],
            cues=[cue("black", 1)],
        )
        add(store, "crowd.mp4", 60, objects=[track("umbrella", n) for n in range(60)])
        add(store, "\udcff.mp4", 1, content="no Unicode", objects=[track("kite", 0)])
        add_rich(store, "cat")
    return folder


def served(library: Path) -> Client:
    """A client of a server that it starts when it is entered, and ends."""
    command, *arguments = command_line(library, "mcp")
    return Client(StdioServerParameters(command=command, args=arguments, env=environment()), read_timeout_seconds=60)


def ask(library: Path, calls: Callable[[Client], Awaitable[Any]]) -> Any:
    """What ``calls`` returns, given a client of a server that runs for them."""

    async def connected() -> Any:
        async with served(library) as client:
            return await calls(client)

    with ThreadPoolExecutor(1) as pool:  # a browser's tests leave a loop running in this one
        return pool.submit(asyncio.run, connected()).result()


@pytest.fixture(scope="module")
def asking(library: Path) -> Iterator[Ask]:
    """``ask`` of one server of the library, which all these tests share."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(served(library)) as client:
        yield lambda calls: portal.call(calls, client)


def call(asking: Ask, tool: str, **arguments: Any) -> CallToolResult:
    result: CallToolResult = asking(lambda client: client.call_tool(tool, arguments))
    return result


def told(result: CallToolResult) -> Any:
    """The document of a good answer: the same as data and as text."""
    assert not result.is_error, result.content
    assert isinstance(result.content[0], TextContent)
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def complaint(result: CallToolResult) -> str:
    assert result.is_error
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.mark.parametrize("tool", NOTED_TOOLS)
def test_a_tool_leaves_its_entry(library: Path, asking: Ask, tool: str) -> None:
    arguments = {"words": "dog"} if tool == "search" else {"video": "street.mp4", "time": 5}
    if tool == "transcript":
        arguments = {"video": "street.mp4"}
    custody = Custody(str(library))
    before = custody.head()[0]
    told(call(asking, tool, **arguments))
    (entry,) = custody.entries(before)
    assert (entry["user"], entry["action"]) == ("(mcp)", NOTED_TOOLS[tool])
    assert (entry["subject"] == "") == (tool == "search")


def test_every_tool_is_noted_or_has_a_reason(asking: Ask) -> None:
    listed = asking(lambda client: client.list_tools())
    assert {tool.name for tool in listed.tools} == NOTED_TOOLS.keys() | UNNOTED_TOOLS.keys()


def test_tools_only_read(asking: Ask) -> None:
    listed = asking(lambda client: client.list_tools())
    assert [tool.name for tool in listed.tools] == ["search", "moment", "transcript", "copies"]
    for tool in listed.tools:
        assert tool.description
        assert tool.output_schema
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint


def test_copies_are_told_with_their_states(library: Path, asking: Ask) -> None:
    with open_store(library, create=False) as store:
        (video,) = [video.id for video in store.videos.all() if video.name == "street.mp4"]
        manifest = {"copy": {"name": "street-safe.mp4"}, "summary": [], "audit": SHOWS_ON_PURPOSE}
        add_copy(store, "0123456789abcdef", video, manifest__json=manifest_bytes(manifest))
    found = told(call(asking, "copies", video="street.mp4"))
    assert found["copies"] == [
        {
            "id": "0123456789abcdef",
            "name": "street-safe.mp4",
            "state": "shows_on_purpose",
            "in_words": "passed, but shows faces on purpose",
            "released": False,
        }
    ]
    assert told(call(asking, "copies", video="crowd.mp4"))["copies"] == []


SHOWS_ON_PURPOSE = Audit(
    original=Path("a.mp4"),
    copy=Path("b.mp4"),
    frames=9,
    tracks=(),
    shown_faces=(ShownFace(1, 0.0, 1.0, 9, 3),),
    every=4,
    smallest_height=10,
    looked_with=(),
    has_sound=False,
    tags=(),
    streams=(),
    problems=(),
    notes=(),
).document()


def test_search_tells_times_and_reasons(asking: Ask) -> None:
    found = told(call(asking, "search", words="dog"))
    (hit,) = found["hits"]
    assert (hit["name"], hit["start"], hit["end"], hit["time_code"]) == ("street.mp4", 4.0, 8.0, "0:04.000-0:08.000")
    assert hit["why"] == ["object: dog 0.75"]


@pytest.mark.parametrize(
    ("asked", "starts"),
    [
        ({"label": "car"}, [8.0]),
        ({"on_screen": '"market hall"'}, [4.0]),
        ({"said": "boats"}, [4.0]),
        ({"said": "old woman"}, [0.0]),  # words that somebody said, not what somebody is like
        ({"words": "dog", "video": "crowd.mp4"}, []),
        ({"words": "dog", "video": "street.mp4"}, [4.0]),
    ],
)
def test_search_narrows(asking: Ask, asked: dict[str, str], starts: list[float]) -> None:
    assert [hit["start"] for hit in told(call(asking, "search", **asked))["hits"]] == starts


def test_words_for_what_people_are_like_are_refused(asking: Ask) -> None:
    async def both(client: Client) -> list[CallToolResult]:
        return [
            await client.call_tool("search", {"words": "old woman"}),
            await client.call_tool("search", {"label": "woman"}),
        ]

    for result in asking(both):
        found = told(result)
        assert found["hits"] == []
        assert "does not describe people" in found["notice"]
        assert '"woman"' in found["notice"]


def test_a_moment_comes_with_its_masked_picture(asking: Ask) -> None:
    result = call(asking, "moment", video="street.mp4", time="0:05")
    moment = told(result)
    assert (moment["start"], moment["end"], moment["people"]) == (4.0, 8.0, 1)
    for kind, label in (("objects", "dog"), ("tags", "beach"), ("text", "market hall"), ("cues", "black")):
        assert [found["label"] for found in moment[kind]] == [label]
    assert [line["label"] for line in moment["speech"]] == ["look at the boats"]
    picture = result.content[1]
    assert isinstance(picture, ImageContent)
    assert picture.mime_type == "image/jpeg"
    assert base64.b64decode(picture.data) == JPEG, "what the library holds, nothing made from the video"


def test_a_moment_without_picture_has_none(asking: Ask) -> None:
    result = call(asking, "moment", video="street.mp4", time=9)
    assert told(result)["objects"][0]["label"] == "car"
    assert len(result.content) == 1


def test_transcript_tells_words_with_times(asking: Ask) -> None:
    lines = told(call(asking, "transcript", video="street.mp4"))["lines"]
    assert [line["text"] for line in lines] == ["an old woman sells fish", "look at the boats"]
    assert lines[1]["words"][3] == {"text": "boats", "start": 5.5, "end": 5.9}
    (line,) = told(call(asking, "transcript", video="street.mp4", start="0:04.5", end=5.5))["lines"]
    assert (line["text"], line["start"], line["end"]) == ("at the", 4.5, 5.4)


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("moment", {"video": "nothing.mp4", "time": 1}, "no video is called so"),
        ("transcript", {"video": "ffffffff"}, "no video is called so"),
        ("search", {"words": "dog", "video": "nothing.mp4"}, "no video is called so"),
        ("moment", {"video": "street.mp4", "time": 99}, "the video ends at 0:12"),
        ("moment", {"video": "street.mp4", "time": -1}, "expected a time"),
        ("moment", {"video": "street.mp4", "time": "soon"}, "expected a time"),
        ("transcript", {"video": "street.mp4", "start": 5, "end": 2}, "expected an end after"),
        ("moment", {"video": "/footage/street.mp4", "time": 1}, "found a path"),
        ("search", {}, "expected words, label, on_screen or said"),
        ("search", {"words": "dog", "limit": MOST_HITS + 1}, "less than or equal"),
        ("search", {"words": "x" * 501}, "at most 500"),
    ],
)
def test_errors_are_clear(library: Path, asking: Ask, tool: str, arguments: dict[str, Any], expected: str) -> None:
    text = complaint(call(asking, tool, **arguments))
    assert expected in text
    assert str(library) not in text


def test_no_path_of_the_machine_is_told(library: Path, asking: Ask) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("search", {"words": "dog car boats cat kite"}),
        ("search", {"words": "kite"}),
        ("moment", {"video": "street.mp4", "time": 5}),
        ("moment", {"video": "cat-name.mp4", "time": 5}),
        ("transcript", {"video": "cat-name.mp4"}),
        ("transcript", {"video": "no.mp4"}),
    ]

    async def everything(client: Client) -> list[CallToolResult]:
        return [await client.call_tool(tool, arguments) for tool, arguments in asked]

    written = "".join(result.model_dump_json() for result in asking(everything))
    assert "street.mp4" in written
    assert "cat-name.mp4" in written
    assert "/footage" not in written
    assert str(library.parent) not in written


def test_a_library_that_breaks_is_an_error_without_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with open_store(folder, create=True) as store:
        add(store, "street.mp4")

    async def broken(client: Client) -> CallToolResult:
        await client.list_tools()
        for file in folder.glob("library.db*"):
            file.unlink()
        return await client.call_tool("search", {"words": "dog"})

    text = complaint(ask(folder, broken))
    assert "cannot be read" in text
    assert str(tmp_path) not in text


def test_answers_are_bounded(asking: Ask) -> None:
    assert len(told(call(asking, "search", label="umbrella", limit=MOST_HITS))["hits"]) == MOST_HITS


def test_findings_of_a_moment_are_bounded(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add(store, "shelf.mp4", 1, objects=[track(f"thing{n}", 0, n / 100) for n in range(99)])
    moment = Library(Settings(library=str(tmp_path))).moment("shelf.mp4", Fraction(1))
    assert [found.label for found in moment.objects] == [f"thing{n}" for n in range(98, 98 - MOST_FINDINGS, -1)]
    assert moment.left_out == 99 - MOST_FINDINGS
    assert moment.thumbnail is None


def test_a_long_transcript_comes_in_parts_that_miss_no_word(tmp_path: Path) -> None:
    count = 2 * MOST_WORDS + 300
    words = [SpokenWord(f"w{n}", Span(10 * n, 10 * n + 9)) for n in range(count)]
    lines = [words[start : start + 700] for start in range(0, count, 700)]
    utterances = [
        Utterance(" ".join(word.text for word in line), Span(line[0].span.start, line[-1].span.end), "en", tuple(line))
        for line in lines
    ]
    heard: list[str] = []
    with open_store(tmp_path, create=True) as store:
        add(store, "talk.mp4", 20, speech=utterances)
        found, start, parts = store.videos.resolve("talk.mp4"), Fraction(0), 0
        while parts < 9:
            part = transcript(store, found, start, None)
            heard += [word.text for line in part.lines for word in line.words]
            parts += 1
            if part.next is None:
                break
            start = Fraction(part.next).limit_denominator(1000)
    assert heard == [word.text for word in words]
    assert parts == 3


def test_an_empty_video_has_no_moment(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        store.sink.begin_video(video("new.mp4"))
    with pytest.raises(UsageError, match="no moment at that time"):
        Library(Settings(library=str(tmp_path))).moment("new.mp4", Fraction(0))


def test_without_a_library_it_says_so_and_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        command_line(tmp_path / "none", "mcp"), capture_output=True, text=True, env=environment(), input="", check=False
    )
    assert done.returncode == 1
    assert "there is no library here yet" in done.stderr
    assert done.stdout == ""


def test_it_ends_with_its_input(library: Path) -> None:
    done = subprocess.run(
        command_line(library, "mcp"),
        capture_output=True,
        text=True,
        env=environment(),
        input="",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
