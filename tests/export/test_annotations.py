"""W3C Web Annotations and IIIF manifests: what their specifications ask for, and media fragments that can be read."""

import json
import re
from fractions import Fraction
from typing import Any

import pytest

from knowns import AWKWARD, LENGTH, SAMPLED, TICKS, known
from passerby.documents import Document
from passerby.errors import UsageError
from passerby.export.annotations import web_annotations
from passerby.export.iiif import iiif

ADDRESS = "https://archive.example/films/street.mp4"
FRAGMENT = re.compile(r"t=([\d.]+),([\d.]+)(?:&xywh=(\d+),(\d+),(\d+),(\d+))?")


def annotations(address: str | None = ADDRESS) -> list[Document]:
    page = json.loads(web_annotations(known(), address))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert page["type"] == "AnnotationPage"
    items: list[Document] = page["items"]
    return items


def targets(item: Document) -> list[Any]:
    found = item["target"]
    return found if isinstance(found, list) else [found]


def of(kind: str, items: list[Document]) -> Document:
    (item,) = [item for item in items if item["body"]["value"] == kind]
    return item


def test_every_annotation_has_what_the_model_asks_for() -> None:
    items = annotations()
    assert len(items) == len({item["id"] for item in items}) == 6
    for item in items:
        assert item["type"] == "Annotation"
        assert item["id"].startswith("urn:uuid:")
        assert item["body"]["type"] == "TextualBody"
        for target in targets(item):
            assert (target["type"], target["source"]) == ("SpecificResource", ADDRESS)
            match = FRAGMENT.fullmatch(target["selector"]["value"])
            assert match, target
            assert Fraction(match[1]) < Fraction(match[2])


def test_a_thing_has_a_fragment_for_each_of_its_boxes_that_lasts_to_the_next() -> None:
    values = [target["selector"]["value"] for target in targets(of("dog", annotations()))]
    spans = [tuple(map(Fraction, FRAGMENT.fullmatch(value).groups()[:2])) for value in values]  # type: ignore[union-attr]
    starts = [SAMPLED[1], SAMPLED[2], SAMPLED[4], SAMPLED[4] + LENGTH // 150]
    for (start, end), at, after in zip(spans, starts, starts[1:], strict=False):
        assert abs(start - Fraction(at, TICKS)) < Fraction(1, 10**6)
        assert abs(end - Fraction(after, TICKS)) < Fraction(1, 10**6)
    assert [value.partition("&")[2] for value in values] == ["xywh=10,20,100,120"] * 3


def test_what_is_said_has_its_language_and_what_is_read_its_box() -> None:
    said, text = (item for item in annotations() if item["body"]["value"] == AWKWARD)
    said, text = (said, text) if "language" in said["body"] else (text, said)
    assert said["body"]["language"] == "en"
    assert text["target"]["selector"]["value"].endswith("&xywh=12,20,100,20")


def test_without_an_address_the_video_is_beside_the_page() -> None:
    assert {target["source"] for item in annotations(None) for target in targets(item)} == {"street%20%3C1%3E.mp4"}


def test_the_same_library_gives_the_same_page() -> None:
    assert web_annotations(known(), None) == web_annotations(known(), None)


def test_a_manifest_shows_the_video_on_a_canvas_of_its_size_and_length() -> None:
    manifest = json.loads(iiif(known(), ADDRESS))
    assert manifest["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert (manifest["type"], manifest["id"]) == ("Manifest", f"{ADDRESS}.manifest.json")
    (canvas,) = manifest["items"]
    assert (canvas["width"], canvas["height"], canvas["duration"]) == (640, 360, 5.0)
    painting = canvas["items"][0]["items"][0]
    assert painting["motivation"] == "painting"
    assert painting["target"] == canvas["id"]
    assert (painting["body"]["id"], painting["body"]["format"]) == (ADDRESS, "video/mp4")


def test_a_manifest_has_findings_and_shots_on_its_canvas() -> None:
    manifest = json.loads(iiif(known(), ADDRESS))
    (canvas,) = manifest["items"]
    found = canvas["annotations"][0]["items"]
    addresses = [target for item in found for target in targets(item)]
    assert len(found) == 6
    for address in addresses:
        place, _, fragment = address.partition("#")
        assert place == canvas["id"]
        assert FRAGMENT.fullmatch(fragment)
    assert [item["motivation"] for item in found].count("supplementing") == 1
    (shots,) = manifest["structures"]
    assert [shot["label"]["en"][0] for shot in shots["items"]] == ["Shot 1: dog, car", "Shot 2: car, beach"]
    assert shots["items"][0]["items"][0]["id"] == f"{canvas['id']}#t=0,2.224444"


def ids(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["id"]] if "id" in value and value["type"] != "Canvas" else []
        return own + [name for child in value.values() for name in ids(child)]
    return [name for child in value for name in ids(child)] if isinstance(value, list) else []


def test_all_that_a_manifest_names_is_on_the_web_and_named_once() -> None:
    found = ids(json.loads(iiif(known(), ADDRESS)))
    assert all(name.startswith("https://") for name in found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("address", [None, "street.mp4", "file:///street.mp4"])
def test_a_manifest_needs_an_address_on_the_web(address: str | None) -> None:
    with pytest.raises(UsageError, match="--address"):
        iiif(known(), address)


def test_addresses_are_uris() -> None:
    manifest = json.loads(iiif(known(), "https://a.example/x y.mp4"))
    assert manifest["id"] == "https://a.example/x%20y.mp4.manifest.json"
    assert not re.search(r'https://[^"]* ', json.dumps(manifest))
    assert targets(annotations("https://a.example/\u00e9 100%.mp4")[0])[0]["source"] == (
        "https://a.example/%C3%A9%20100%25.mp4"
    )


@pytest.mark.parametrize(
    "address", ["https://", "https://a b.example/x.mp4", "https://[::1/x", "javascript:1", "x.mp4"]
)
def test_what_is_no_address_on_the_web_is_refused(address: str) -> None:
    for write in (iiif, web_annotations):
        with pytest.raises(UsageError, match="expected the address of a video on the web"):
            write(known(), address)
