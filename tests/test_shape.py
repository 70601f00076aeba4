"""The shape of the source tree: sizes, names that mean one thing, and one home for each heavy library.

What is longer or wider than the bounds says why, in a comment of this form within it:

    # Longer than 60 lines: why
    # More than 10 parameters: why
    # Longer than 400 lines: why
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "passerby"
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 400, 60, 10

# Folders whose files have the names of the subjects that they are about, as the same subject has a file on each floor.
FLOORS_OF_SUBJECTS = (
    "", "cli/", "web/api/", "service/", "service/jobs/", "store/", "store/records/", "store/sql/", "store/sqlite/",
    "store/postgres/",
)  # fmt: skip

# Other file names that are there twice, and why each means one thing.
FILE_NAMES = {
    "add": "the command, the job of a server, and what both do: files are taken into a library",
    "audit": "the command, the job of a server, and what both do: a copy is audited",
    "base": "what all files of its folder build on",
    "people": "the boundary of people, and the stage that keeps it",
    "stage": "the stage of its folder",
}

# Files whose classes describe JSON documents, and have the names of what they describe.
DOCUMENTS = {
    "mcp_server.py", "redact/plan/document.py", "web/api/documents.py", "web/api/account_documents.py",
    "web/api/curation_documents.py",
    "web/api/editing_documents.py", "web/api/library_documents.py", "web/api/search_documents.py",
    "web/api/plan_documents.py", "web/api/share_documents.py",
}  # fmt: skip


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def has_reason(text: str, words: str) -> bool:
    """Whether a comment says why a bound is passed, in three words or more."""
    return re.search(rf"^\s*# {words}:(?: \S+){{3}}", text, flags=re.MULTILINE) is not None


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return sum(each is not None and each.arg not in ("self", "cls") for each in every)


def size_problems(text: str) -> Iterator[str]:
    """What in a file passes the bounds, and gives no reason."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES and not has_reason(text, f"Longer than {MOST_LINES} lines"):
        yield f"{len(lines)} lines"
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = lines[node.lineno - 1 : node.end_lineno]
        if len(body) > MOST_FUNCTION_LINES and not has_reason(
            "\n".join(body), f"Longer than {MOST_FUNCTION_LINES} lines"
        ):
            yield f"{node.name}: {len(body)} lines"
        if (count := parameters(node)) > MOST_PARAMETERS and not has_reason(
            "\n".join(body), f"More than {MOST_PARAMETERS} parameters"
        ):
            yield f"{node.name}: {count} parameters"


def test_files_and_functions_are_short_or_say_why_not() -> None:
    found = [f"{relative(path)}: {problem}" for path in FILES for problem in size_problems(path.read_text("utf-8"))]
    assert found == []


def test_what_is_too_long_or_too_wide_would_be_seen() -> None:
    long = "def long():\n" + "    pass\n" * 60
    wide = f"def wide(self, {', '.join(f'p{n}' for n in range(8))}, *args, **options): pass\n"
    assert list(size_problems(long)) == ["long: 61 lines"]
    assert list(size_problems(long.replace("pass", "# Longer than 60 lines: a table of cases", 1))) == []
    assert list(size_problems(long.replace("pass", "# Longer than 60 lines: so", 1))) == ["long: 61 lines"]
    assert list(size_problems(wide)) == []
    assert list(size_problems(wide.replace("*args", "p8, *args"))) == ["wide: 11 parameters"]
    assert list(size_problems("\n" * 401)) == ["401 lines"]


def test_every_package_says_what_it_is() -> None:
    packages = [path for path in FILES if path.name == "__init__.py"]
    assert [relative(path) for path in packages if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []
    folders = {path.parent for path in FILES}
    assert folders == {path.parent for path in packages}, "a folder without __init__.py"


# Names

CAMEL = re.compile(r"_?[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)*")


def defined_names(tree: ast.Module) -> set[str]:
    """The names of classes and of types that a module defines for others too."""
    found = set()
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar" | "ParamSpec"))):
                pass  # means nothing outside of its module
            case ast.Assign(targets=targets):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in found if CAMEL.fullmatch(name) and not name.startswith("_")}


def test_a_name_of_a_class_means_one_thing() -> None:
    homes = defaultdict(list)
    for path in FILES:
        if relative(path) not in DOCUMENTS:
            for name in defined_names(ast.parse(path.read_text("utf-8"))):
                homes[name].append(relative(path))
    double = {name: places for name, places in homes.items() if len(places) > 1}
    assert double == {}


def test_a_name_of_a_file_means_one_thing() -> None:
    homes = defaultdict(list)
    for path in FILES:
        folder = relative(path).rpartition("/")[0]
        if path.name not in ("__init__.py", "__main__.py"):
            homes[path.stem].append(f"{folder}/" if folder else "")
    double = {
        name: folders
        for name, folders in homes.items()
        if len(folders) > 1 and set(folders) - set(FLOORS_OF_SUBJECTS) and name not in FILE_NAMES
    }
    assert double == {}


# Homes

# What is imported in one place only; what comes with an extra is imported by name, by `import_extra`.
HOMES = {
    "argon2": "passwords.py",
    "authlib": "outside_login.py",
    "av": "media/",
    "faster_whisper": "models/",
    "fastapi": "web/",
    "jinja2": "web/",
    "joserfc": "outside_login.py",
    "mcp": "mcp_server.py",
    "onnxruntime": "models/",
    "phonenumbers": "redact/hear/",
    "rich": "cli/",
    "s3fs": "object_storage/",
    "simsimd": "store/sqlite/",
    "sqlite3": "store/",
    "tokenizers": "models/",
    "trackers": "tracking/",
    "typer": "cli/",
    "uvicorn": "web/",
    "zxcvbn": "passwords.py",
}


def imported(tree: ast.Module) -> Iterator[str]:
    """The packages that a module imports, wherever in it, and those that it names as an extra's."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Call(func=ast.Name(id="Extra"), args=[_, ast.Constant(value=str(module))]):
                yield module.partition(".")[0]


def test_a_heavy_library_has_one_home() -> None:
    strays = [
        f"{relative(path)} imports {name}"
        for path in FILES
        for name in imported(ast.parse(path.read_text("utf-8")))
        if name in HOMES and not relative(path).startswith(HOMES[name])
    ]
    assert strays == []


def test_imports_are_absolute() -> None:
    relative_imports = [
        relative(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative_imports == []
