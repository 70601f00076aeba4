"""What other packages add is found by name, and what two want to be called is refused."""

from pathlib import Path

import pytest

from packages import plant
from passerby.errors import PluginError
from passerby.plugins import PluginGroup, names_of, plugins_of

GROUP: PluginGroup = "passerby.exports"


def test_what_a_package_adds_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert names_of(GROUP) == ()
    plant(tmp_path, monkeypatch, "added", "value = 7", {GROUP: {"seven": "added:value"}})

    (plugin,) = plugins_of(GROUP, ["json"]).values()

    assert names_of(GROUP) == ("seven",)
    assert plugin.package == "added 1.0"
    assert plugin.load() == 7


def test_a_name_of_passerbys_own_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, monkeypatch, "greedy", "", {GROUP: {"json": "greedy:value"}})
    with pytest.raises(PluginError, match=r"'json' in passerby\.exports, of the package greedy 1\.0: .* own"):
        plugins_of(GROUP, ["json"])


def test_two_packages_cannot_give_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, monkeypatch, "first", "", {GROUP: {"same": "first:value"}})
    plant(tmp_path, monkeypatch, "second", "", {GROUP: {"same": "second:value"}})
    with pytest.raises(PluginError, match=r"second 1\.0: first 1\.0 has the same name"):
        plugins_of(GROUP, [])


def test_what_is_not_there_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, monkeypatch, "hollow", "", {GROUP: {"none": "hollow:value"}})
    with pytest.raises(PluginError, match=r"hollow 1\.0: hollow:value cannot be loaded: AttributeError"):
        plugins_of(GROUP, [])["none"].load()
