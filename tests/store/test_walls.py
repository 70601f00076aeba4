"""Above the store nothing tells what a library is kept in: no SQL, and no name of a file or folder of it."""

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "passerby"
BELOW = {PACKAGE / "store" / folder for folder in ("sql", "sqlite", "postgres")}
TOKENIZER = PACKAGE / "store" / "words" / "tokenizer.py"  # has FTS5 cut words for any store; it keeps nothing
SQL = re.compile(r"\b(SELECT [^\n]* FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|CREATE TABLE|PRAGMA)\b")
# The database, and what is put together to the path of a file beside it.
PLACES = re.compile(r"""library\.db|/ ["'](claims|executor|uploads|originals|copies|thumbnails|cache)["']""")


def traces(text: str) -> list[str]:
    return [found[0] for pattern in (SQL, PLACES) for found in pattern.finditer(text)]


def test_what_a_library_is_kept_in_is_known_below_the_store_only() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if not BELOW & set(path.parents) and path != TOKENIZER]
    found = {path.relative_to(PACKAGE).as_posix(): traces(path.read_text("utf-8")) for path in files}
    assert {name: words for name, words in found.items() if words} == {}


def test_such_traces_would_be_seen() -> None:
    assert traces('rows = db.rows("SELECT id FROM videos")') == ["SELECT id FROM"]
    assert traces('path = folder / "library.db"') == ["library.db"]
    assert traces("self._folder / 'copies' / copy") == ["/ 'copies'"]
    assert traces('get("/api/v1/copies", "select a copy")') == []
