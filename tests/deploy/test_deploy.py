"""The files in deploy/ say nothing that Passerby does not know, and are what those who read them expect."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import yaml
from typer.main import get_command

from passerby.cli.main import app
from passerby.settings import Settings
from scripts.try_container import CONTAINERFILE, steps_of

DEPLOY = CONTAINERFILE.parent
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
KUBERAY: dict[str, Any] = yaml.safe_load((DEPLOY / "kuberay.yaml").read_text())


def test_the_image_has_every_extra_that_an_archive_needs() -> None:
    extras = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (installed,) = re.findall(r'"\.\[(.*)\]"', CONTAINERFILE.read_text())
    assert set(installed.split(",")) == set(extras) - {"dev", "docs", "gpu", "audit"}


def test_the_image_is_not_run_by_root() -> None:
    users = [step.value for step in steps_of(CONTAINERFILE.read_text()) if step.instruction == "USER"]
    assert users == ["10001"]
    pod = KUBERAY["spec"]["headGroupSpec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] == 10001


def _containers() -> Iterator[dict[str, Any]]:
    spec = KUBERAY["spec"]
    for template in [spec["headGroupSpec"]["template"], *(group["template"] for group in spec["workerGroupSpecs"])]:
        yield from template["spec"]["containers"]


def _ours() -> Iterator[dict[str, Any]]:
    return (service for service in COMPOSE["services"].values() if service["image"] == "passerby")


def test_no_root_of_ours_can_be_written() -> None:
    assert all(service["read_only"] for service in _ours())
    assert all(container["securityContext"]["readOnlyRootFilesystem"] for container in _containers())


def test_settings_that_are_set_are_settings() -> None:
    known = {f"PASSERBY_{field.name.upper()}" for field in fields(Settings)}
    named = set(re.findall(r"PASSERBY_\w+", "".join(path.read_text() for path in DEPLOY.iterdir())))
    assert named <= known, named - known


def test_no_secret_is_written_down() -> None:
    for path in DEPLOY.iterdir():
        assert not re.search(r"(?i)(password|secret\w*|token)\b['\"]?\s*[=:]\s*['\"]?[\w-]{6,}", path.read_text()), (
            path.name
        )


def test_what_compose_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert asked == set(re.findall(r"(?m)^(\w+)=", (DEPLOY / ".env.example").read_text()))


@pytest.mark.parametrize("name", ["compose.yaml", "kuberay.yaml", "passerby.service", "../docs/archive.md"])
def test_commands_and_options_exist(name: str) -> None:
    group = get_command(app)
    commands = getattr(group, "commands")  # noqa: B009  what Typer makes has them, its type does not say so
    text = (DEPLOY / name).read_text().replace("\\\n", " ")
    called = re.findall(r"(?:^|[\s/`'\"])passerby ([a-z]+)((?:[ ,\[\]][^\n`]*)?)", text)
    known = [(commands[word], rest) for word, rest in called if word in commands]
    assert known
    for command, rest in known:
        called = [command, *getattr(command, "commands", {}).values()]
        options = {option for one in called for parameter in one.params for option in parameter.opts}
        given = set(re.findall(r"(?<!\S)(--[a-z-]+)", rest))
        assert given <= options, given - options


def test_the_server_in_compose_has_options_that_exist() -> None:
    serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]
    options = {option for parameter in serve.params for option in parameter.opts}
    command = COMPOSE["services"]["server-1"]["command"]
    assert command[0] == "serve"
    assert {word for word in command if word.startswith("--")} <= options


def test_steps_of_a_container_file() -> None:
    steps = list(steps_of("# why\nFROM debian AS build\nRUN one && \\\n    two\n"))
    assert [(step.instruction, step.value) for step in steps] == [("FROM", "debian AS build"), ("RUN", "one && two")]
    with pytest.raises(ValueError, match="ADD: expected one of"):
        list(steps_of("ADD . ."))
