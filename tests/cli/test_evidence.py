"""``passerby evidence``: what would leave is told, and nothing is written."""

from pathlib import Path

import pytest

from passerby.cli.main import main
from taken_items import CASE, take_one


def run(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code


def test_a_dry_run_lists_what_a_bag_would_have_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library, bag = tmp_path / "library", tmp_path / "bag"
    item, _ = take_one(library, tmp_path)
    asked = ["--library", str(library), "evidence", "export", CASE, "--out", str(bag), "--dry-run"]
    capsys.readouterr()

    run(asked)
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["SHA-256", "SIZE", "WHAT", "FILE"]
    assert any(line.startswith(item) and line.endswith("/original/march.mp4") for line in told)
    run([*asked, "--sealed"])
    assert "/original/" not in capsys.readouterr().out
    assert not bag.exists()
