"""Where each word is: kept right, and put right."""

from libraries import NewAddress, add, track
from passerby.store.library import open_store
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase


def test_postings_that_are_not_right_are_found_and_made_anew(new_postgres_library: NewAddress) -> None:
    address = new_postgres_library()
    db = PostgresDatabase(OneConnection(address, 60.0))
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 2, objects=[track("heron", 1)])
        found = store.search.by_words(["heron"], every=True, limit=9)
        assert store.health.check() == []
        db.rows("DELETE FROM postings WHERE term = 'heron'")
        (problem,) = store.health.check()
        assert "its words are not what was found in it" in problem.text
        assert store.health.repair() == []
        assert store.search.by_words(["heron"], every=True, limit=9) == found
    db.close()


def test_words_that_are_not_there_any_more_have_no_postings(new_postgres_library: NewAddress) -> None:
    address = new_postgres_library()
    db = PostgresDatabase(OneConnection(address, 60.0))
    with open_store(address, create=True) as store:
        video = add(store, "a.mp4", 2, objects=[track("heron", 1)])
        store.sink.finish_stage(video, "objects", "newer", [track("moor", 0)])
        terms = {term for (term,) in db.rows("SELECT term FROM postings")}
        assert terms == {"", "a", "mp4", "moor"}
        store.videos.forget(video)
        assert db.rows("SELECT term FROM postings") == []
    db.close()
