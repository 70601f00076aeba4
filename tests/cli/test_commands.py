"""The commands on a real clip with the real models: the contract that programs rely on."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from cli.conftest import Passerby, run_passerby
from libraries import add_rich
from passerby.media.read.frames import Frame, open_video
from passerby.store.library import open_store

JPEG = b"\xff\xd8\xff"  # how such a file begins


def test_list_is_the_contract(filled: Passerby, filled_library: Path) -> None:
    (video,) = run_passerby(filled_library, "list", "--json").document["videos"]
    assert video.keys() >= {"id", "name", "path", "duration", "status"}
    assert (video["name"], video["duration"], video["status"]) == ("three shots.mp4", 6.0, "done")
    assert len(video["id"]) == 64
    assert "three shots.mp4" in filled("list").out


def test_show_is_the_contract(filled_library: Path) -> None:
    shown = run_passerby(filled_library, "show", "three shots.mp4", "--json").document
    expected = {"id", "name", "path", "duration", "width", "height", "frames", "shots", "cues", "objects", "tags"}
    assert shown.keys() >= expected | {"people", "text", "speech"}
    assert (shown["width"], shown["height"], shown["frames"]) == (320, 180, 72)
    assert [(shot["start"], shot["end"]) for shot in shown["shots"]] == [(0, 2), (2, 4), (4, 6)]
    assert shown["people"].keys() == {"seconds", "max_at_once", "mask_coverage", "counts"}
    (silence,) = [cue for cue in shown["cues"] if cue["kind"] == "silence"]
    assert silence["start"] == pytest.approx(2, abs=0.1)
    assert silence["end"] == pytest.approx(4, abs=0.1)


def test_show_for_people_names_the_parts(filled: Passerby) -> None:
    out = filled("show", "three shots.mp4").out
    assert "shots: 3" in out
    assert "keeps nothing else about them" in out
    assert "  people   nanodet, centerface\n" in out


def test_show_writes_a_page(filled: Passerby, tmp_path: Path) -> None:
    written = filled("show", "three shots.mp4", "--html", tmp_path / "page.html")
    assert written.out == f"written: {tmp_path / 'page.html'}\n"
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text.count('<li id="shot-') == text.count("base64,") == 3
    assert filled("show", "three shots.mp4", "--html", tmp_path / "page.html").code == 2


def test_show_says_what_is_said(passerby: Passerby, tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        add_rich(store, "dog")
    out = passerby("show", "dog-name.mp4").out
    assert "speech: 3\n" in out
    assert "en  the dog said" in out


def test_a_video_is_found_by_path_name_and_start_of_id(filled: Passerby, cut_clip: Path) -> None:
    (video,) = filled("list", "--json").document["videos"]
    for name in (cut_clip, cut_clip.name, video["id"], video["id"][:8]):
        assert filled("show", name, "--json").document["id"] == video["id"]
    unknown = filled("show", "nothing of the kind")
    assert unknown.code == 2
    assert "nothing of the kind" in unknown.err
    assert unknown.err.count("\n") == 1


def test_search_finds_cues_names_and_looks(filled: Passerby, filled_library: Path) -> None:
    by_cue = run_passerby(filled_library, "search", "silence", "--json").document
    assert by_cue.keys() == {"query", "notice", "hits"}
    assert {"video", "name", "start", "end", "score", "why"} <= by_cue["hits"][0].keys()
    assert (by_cue["hits"][0]["start"], by_cue["hits"][0]["end"]) == (2, 4)
    assert any("silence" in reason for reason in by_cue["hits"][0]["why"])
    by_looks = filled("search", "--like", "three shots.mp4@0:05", "--json").document
    assert len(by_looks["hits"]) >= 2
    assert filled("search", "three", "--in", "three shots.mp4").out.count("name") == 3


def test_search_by_date_takes_that_of_the_file_where_the_video_says_none(filled: Passerby) -> None:
    shown = filled("show", "three shots.mp4", "--json").document
    assert shown["recorded_source"] == "file"
    assert f"recorded {shown['recorded']}, by the date of its file" in filled("show", "three shots.mp4").out
    assert filled("search", "three", "--recorded-after", shown["recorded"]).out.count("name") == 3
    assert "no moment found" in filled("search", "three", "--recorded-before", shown["recorded"]).out
    wrong = filled("search", "three", "--recorded-after", "10:00")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8470", "https://[::1]:9/films/"])
def test_search_links_into_the_player_of_a_server(filled: Passerby, address: str) -> None:
    hits = filled("search", "three", "--open", address, "--json").document["hits"]
    base = address.rstrip("/")
    assert {hit["address"] for hit in hits} == {f"{base}/videos/{hits[0]['video']}#t={n}.000" for n in (0, 2, 4)}
    out = filled("search", "three", "--open", address).out
    assert all(hit["address"] in out for hit in hits)


@pytest.mark.parametrize("address", ["films.example", "ftp://films.example", "http://", "http://a b", "http://a?b"])
def test_search_links_to_addresses_alone(filled: Passerby, address: str) -> None:
    refused = filled("search", "three", "--open", address)
    assert refused.code == 2
    assert "expected a server's address" in refused.err


def test_search_writes_the_thumbnails_of_what_it_finds(filled: Passerby, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pictures"
    hits = filled("search", "three", "--thumbnails", folder, "--json").document["hits"]
    files = sorted(folder.iterdir())
    assert sorted(hit["thumbnail"] for hit in hits) == [str(file) for file in files]
    assert len(files) == 3
    assert all(file.read_bytes().startswith(JPEG) for file in files)
    told = filled("search", "three", "--thumbnails", folder)
    assert (told.code, told.out.count(f"; {folder}")) == (0, 3)
    files[0].write_bytes(b"mine")
    refused = filled("search", "three", "--thumbnails", folder)
    assert (refused.code, "--overwrite" in refused.err, files[0].read_bytes()) == (2, True, b"mine")
    assert filled("search", "three", "--thumbnails", folder, "--overwrite").code == 0
    assert files[0].read_bytes().startswith(JPEG)
    assert filled("search", "three", "--thumbnails", files[0]).code == 1


def test_search_cuts_what_it_finds_into_clips(filled: Passerby, filled_library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    found = run_passerby(filled_library, "search", "silence", "--clips", folder, "--json").document
    (video,) = found["clips"]
    assert video.keys() == {"video", "path", "clips", "message"}
    (clip,) = video["clips"]
    assert clip == str(next(folder.iterdir()))
    with open_video(Path(clip)) as reader:
        assert sum(isinstance(item, Frame) for item in reader.read()) == 24
    again = filled("search", "silence", "--clips", folder)
    assert again.code == 1
    assert "--overwrite" in again.err
    shown = filled("search", "silence", "--clips", folder, "--overwrite", "--show-people")
    assert f"written: {clip}" in shown.out


def test_words_about_people_get_a_notice(filled: Passerby) -> None:
    asked = filled("search", "old", "women", "--json").document
    assert "does not describe people" in asked["notice"]
    assert asked["hits"] == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["search"], "expected words"),
        (["search", "--like", "three shots.mp4"], "VIDEO@TIME"),
        (["search", "--like", "three shots.mp4@soon"], "expected a time"),
        (["search", "x", "--limit", "0"], "limit"),
        (["add", "--stages", "faces", "x.mp4"], "no stage is called 'faces'"),
        (["add"], "PATHS"),
        (["export", "three shots.mp4", "--format", "docx", "-o", "x"], "fcpxml"),
        (["export", "three shots.mp4", "--format", "iiif", "-o", "x"], "--address"),
        (["nonsense"], "nonsense"),
        (["models", "pull", "nonsense"], "nonsense"),
        (["add", "--objects", "nonsense", "x.mp4"], "no model is called 'nonsense'"),
        (["add", "--objects", "centerface", "x.mp4"], "centerface is no detector of objects"),
        (["add", "--text-reader", "ppocr-det", "x.mp4"], "ppocr-det does not read text"),
        (["add", "--objects", "silero", "x.mp4"], "silero is no detector of objects"),
        (["add", "--objects", "mobilenetv2", "x.mp4"], "mobilenetv2 is no detector of objects"),
    ],
)
def test_wrong_usage_is_told_in_one_line(filled: Passerby, arguments: list[str], complaint: str) -> None:
    result = filled(*arguments)
    assert result.code == 2
    assert complaint.lower() in result.err.lower()
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err


def test_export_writes_json_and_a_sheet(filled: Passerby, filled_library: Path, tmp_path: Path) -> None:
    assert run_passerby(filled_library, "export", "three shots.mp4", "-o", tmp_path / "out.json").code == 0
    shown = filled("show", "three shots.mp4", "--json").document
    assert json.loads((tmp_path / "out.json").read_text()) == shown
    assert filled("export", "three shots.mp4", "--format", "sheet", "-o", tmp_path / "sheet.png").code == 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 900
    again = filled("export", "three shots.mp4", "-o", tmp_path / "out.json")
    assert again.code == 2
    assert "--overwrite" in again.err
    assert filled("export", "three shots.mp4", "-o", tmp_path / "out.json", "--overwrite").code == 0
    refused = filled("export", "three shots.mp4", "-o", tmp_path / "none" / "out.json")
    assert refused.code == 1
    assert "out.json" in refused.err


def test_doctor_and_models_are_well(filled: Passerby, filled_library: Path) -> None:
    report = run_passerby(filled_library, "doctor", "--json")
    assert report.code == 0
    assert report.document["problems"] == []
    assert report.document["machine"]["models run on"].startswith("cpu")
    models = filled("models", "list", "--json").document["models"]
    assert {"nanodet", "centerface", "transnetv2", "mobilenetv2"} <= {
        model["name"] for model in models if model["here"]
    }
    assert filled("models", "verify").code == 0


def test_a_missing_model_is_exit_code_4_and_names_the_command(passerby: Passerby, cut_clip: Path) -> None:
    models = passerby("models", "list", "--json").document["models"]
    missing = next(model["name"] for model in models if model["task"] == "objects" and not model["here"])
    result = passerby("add", cut_clip, "--objects", missing)
    assert result.err.count("\n") == 1
    assert result.code == 4
    assert f"passerby models pull {missing}" in result.err


def test_what_is_not_here_is_left_out_and_told_unless_it_is_asked_for(
    passerby: Passerby, cut_clip: Path, tmp_path: Path
) -> None:
    usual = passerby("add", cut_clip, models_dir=tmp_path / "none")
    assert (usual.code, usual.err) == (0, "")
    assert usual.left_out.count("\n") == 1
    assert "speech" in usual.left_out
    assert re.search(r"passerby models pull [\w -]*speech-base", usual.left_out)
    assert passerby("list", "--json").document["videos"][0]["status"] == "done"
    asked = passerby("add", cut_clip, "--stages", "speech", models_dir=tmp_path / "none")
    assert (asked.code, asked.left_out) == (4, "")
    assert asked.err.count("\n") == 1
    assert "passerby models pull speech-base" in asked.err
    tiny = passerby("add", cut_clip, "--stages", "speech", models_dir=tmp_path / "none", speech="speech-tiny")
    assert tiny.code == 4
    assert "passerby models pull speech-tiny" in tiny.err


def test_forget_erases_the_video(passerby: Passerby, called: Passerby, cut_clip: Path) -> None:
    assert passerby("add", cut_clip, "--stages", "shots").code == 0
    assert passerby("forget", "three shots.mp4").code == 0
    assert called("list", "--json").document == {"videos": []}
    assert cut_clip.exists()
    assert called("forget", "three shots.mp4").code == 2


def test_there_is_no_library_yet(passerby: Passerby) -> None:
    result = passerby("list")
    assert result.code == 1
    assert "passerby add" in result.err


def test_version_and_help_load_no_model_code(passerby: Passerby, tmp_path: Path) -> None:
    assert passerby("--version").out.startswith("passerby ")
    assert "add" in passerby("--help").out
