"""``search``, ``tag`` and ``teach`` as a user types them, on a made-up library with real models."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from libraries import add, said, text, track, unit
from passerby.cli.main import main
from passerby.records import MomentVector, Tag
from passerby.store.library import open_store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on a library with one video: its exit code and what it printed."""
    with open_store(tmp_path, create=True) as store:
        add(
            store,
            "market.mp4",
            moments=3,
            objects=[track("kite", 0), track("bicycle", 2)],
            tags=[Tag(1, "fruit", 0.5)],
            text=[text("Harbour Street 12", 1)],
            speech=[said("the ferry leaves at noon", 0)],
            vectors=[MomentVector(n, unit(n, 256)) for n in range(2)],
        )

    def run_main(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--library", str(tmp_path), *arguments])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run_main


def hits(run: Run, *arguments: str) -> list[tuple[float, list[str]]]:
    code, out, _ = run("search", *arguments, "--json")
    assert code == 0
    return [(hit["start"], hit["why"]) for hit in json.loads(out)["hits"]]


def test_words_on_screen_and_said_are_searched(run: Run) -> None:
    assert hits(run, "--text", "harbour") == [(4.0, ["text: Harbour Street 12"])]
    assert hits(run, "--said", "ferry") == [(0.0, ["said: the ferry leaves at noon"])]
    assert hits(run, "--said", '"ferry noon"') == []
    assert hits(run, "noon", "before", "0:04") == [(0.0, ["said: the ferry leaves at noon"])]
    assert hits(run, "noon", "after", "0:04") == []


def test_where_there_is_nothing_it_is_told_why(run: Run) -> None:
    code, out, err = run("chapters", "market.mp4")
    assert (code, out, err.count("\n")) == (0, "", 1)
    assert "no chapters were made; `passerby chapters market.mp4 1:30 NAME` begins one" in err
    code, out, err = run("chapters", "market.mp4", "--json")
    assert (code, json.loads(out), "no chapters were made" in err) == (0, {"chapters": []}, True)
    assert run("--quiet", "chapters", "market.mp4") == (0, "", "")


def test_it_is_told_why_nothing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(tmp_path, create=True) as store:
        add(store, "new.mp4")
        add(store, "silent.mp4", speech=[])
    told = {}
    for name in ("new.mp4", "silent.mp4"):
        with pytest.raises(SystemExit) as ended:
            main(["--library", str(tmp_path), "transcript", name])
        assert not ended.value.code
        told[name] = capsys.readouterr().err
    assert "passerby add /footage/new.mp4 --stages speech" in told["new.mp4"]
    assert told["silent.mp4"] == "passerby: silent.mp4: no speech was heard in it\n"


@pytest.mark.parametrize("command", ["chapters", "transcript"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["0:01"], "expected a time and"),
        (["noon", "words"], "expected a time such as 75"),
        (["0:99", "words"], "below 60"),
    ],
)
def test_what_cannot_be_written_at_a_time_is_refused(
    run: Run, command: str, arguments: list[str], message: str
) -> None:
    code, _, err = run(command, "market.mp4", *arguments)
    assert (code, err.count("\n")) == (2, 1)
    assert message in err


def test_nothing_to_search_for_is_refused(run: Run) -> None:
    code, _, err = run("search")
    assert code == 2
    assert "--text, --said" in err


def test_a_correction_is_kept_and_found(run: Run) -> None:
    assert run("tag", "market.mp4", "0:00-0:05", "+street market", "-kite") == (
        0,
        "0:00.000-0:05.000  +street market\n0:00.000-0:05.000  -kite\n",
        "",
    )
    assert sorted(start for start, _ in hits(run, '"street market"')) == [0.0, 4.0]
    assert hits(run, "--label", "kite") == []
    code, out, _ = run("tag", "market.mp4", "--json")
    assert code == 0
    assert json.loads(out)["notes"][1] == {"label": "kite", "rejected": True, "start": 0.0, "end": 5.0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["0:00-0:05", "kite"], "expected +label or -label"),
        (["0:00-0:05", "+"], "expected +label or -label"),
        (["0:00-0:05"], "expected +label or -label"),
        (["0:05-0:01", "+x"], "expected a stretch"),
        (["0:50-1:00", "+x"], "of 0:12.000"),
        (["noon", "+x"], "expected a stretch such as"),
        (["0:00-0:05", "+old woman"], "found what somebody is like"),
        (["0:00-0:05", "+John Smith"], "found what seems to say who somebody is ('John Smith')"),
        (["0:00-0:05", "-Sarah"], "found what seems to say who somebody is ('Sarah')"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(run: Run, arguments: list[str], message: str) -> None:
    code, _, err = run("tag", "market.mp4", *arguments)
    assert code == 2
    assert message in err


def test_a_class_is_taught_listed_and_forgotten(run: Run) -> None:
    code, out, _ = run("teach", "our stall", "market.mp4@0:01", "market.mp4@0:05", "--threshold", "0.9")
    assert code == 0
    assert "our stall: 2 examples, threshold 0.9" in out
    assert "found again by the others: 0 of 2" in out
    assert "moments that look so: 2 of 3" in out
    assert sorted(start for start, _ in hits(run, "--label", "our stall")) == [0.0, 4.0]
    assert "our stall" in run("teach")[1]
    assert run("teach", "our stall", "--remove")[0] == 0
    assert hits(run, "--label", "our stall") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["old women", "market.mp4@0:01"], "found what somebody is like"),
        (["Sarah", "market.mp4@0:01"], "found what seems to say who somebody is ('Sarah')"),
        (["my boss", "market.mp4@0:01"], "found what seems to say who somebody is ('my boss')"),
        (["our stall"], "expected examples"),
        (["our stall", "market.mp4@0:09"], "not known what that moment looks like"),
        (["our stall", "none.png"], "none.png"),
        (["other", "--remove"], "nothing was taught as 'other'"),
    ],
)
def test_what_cannot_be_taught_is_refused(run: Run, arguments: list[str], message: str) -> None:
    code, _, err = run("teach", *arguments)
    assert code in (1, 2)
    assert message in err
