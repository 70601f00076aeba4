"""Why moments answer to words: what in them matches, as FTS5 marks it."""

from collections.abc import Iterable, Sequence

from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.narrowing import rows_of_words, videos_with
from passerby.store.search import Reason
from passerby.store.words.highlights import asked_to_the_letter, explained
from passerby.store.words.phrases import match
from passerby.store.words.rows import as_written
from passerby.store.words.tokenizer import Tokenizer


def reasons(
    db: PostgresDatabase, tokenizer: Tokenizer, moments: Iterable[int], words: Sequence[str]
) -> dict[int, list[Reason]]:
    """The labels of these moments that any of ``words`` matches, best first within each kind."""
    query, exact = match(words, every=False), asked_to_the_letter(words)
    if not query:
        return {}
    rows = sorted(rows_of_words(db, list(moments)))
    marked = tokenizer.marked([row[1:-1] for row in rows], query)
    scores = _scores(db, [rows[index][0] for index in marked])

    def score(moment: int, column: str, label: str) -> float | None:
        return scores.get((column, moment, label))

    return {
        rows[index][0]: explained(rows[index][0], columns, as_written(rows[index][1:]), exact, score)
        for index, columns in marked.items()
    }


def _scores(db: PostgresDatabase, moments: Sequence[int]) -> dict[tuple[str, int, str], float]:
    """The scores of the labels of these moments, by column, moment and label."""
    best = " UNION ALL ".join(
        f"SELECT '{column}', moment, label, max(score) FROM {table} "
        "WHERE video = ANY(?) AND moment = ANY(?) GROUP BY 2, 3"
        for column, table in (("objects", "sightings"), ("tags", "tags"))
    )
    rows = db.rows(best, [videos_with(db, moments), list(moments)] * 2)
    return {(column, moment, label): score for column, moment, label, score in rows}
