"""A plan as a JSON file: what people read, edit and give back with ``--plan``; ``document.py`` has what is in it.

Between two times of a track its box moves in a straight line. To correct a plan, change or add boxes, set ``hidden`` of
a track to false, or add a track of your own (kind "drawn").
"""

from pathlib import Path

from pydantic import ValidationError

from passerby.errors import OutputError, UsageError
from passerby.redact.plan.document import PlanDocument
from passerby.redact.plan.plan import Plan


def dump(plan: Plan) -> str:
    """``plan`` as the text of a file."""
    return PlanDocument.of(plan).model_dump_json(indent=1) + "\n"


def parse(text: str, where: str) -> Plan:
    """The plan in the text of a file that is called ``where``. Raises UsageError, naming what is wrong and where."""
    document = read(text, where)
    try:
        return document.as_plan()
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error


def read(text: str, where: str) -> PlanDocument:
    """The document in that text, whose tracks are not looked at yet. Raises UsageError."""
    try:
        return PlanDocument.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise UsageError(f"{where}: expected a plan of Passerby, found in {place}: {first['msg']}") from error


def load(path: Path) -> Plan:
    """The plan in a file. Raises UsageError, naming what is wrong and where."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: expected a plan that can be read, found: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: expected a plan that can be read, found no text ({error.reason})") from error
    return parse(text, str(path))


def save(plan: Plan, path: Path) -> None:
    """Write ``plan`` to a file. Raises OutputError."""
    try:
        path.write_text(dump(plan), "utf-8")
    except OSError as error:
        raise OutputError(
            f"{path}: the plan cannot be written ({error.strerror}); check the folder and the disk"
        ) from error
