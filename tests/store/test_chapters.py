"""Chapters are in order of time, one at a time, and go with their video."""

import pytest

from libraries import add
from passerby.errors import ForgottenError
from passerby.store.chapters import Chapter
from passerby.store.library import Store


def test_of_each_time_there_is_one_and_all_go_with_the_video(store: Store) -> None:
    news = add(store, "news.mp4")
    for start, name in ((4000, "Weather"), (0, "Opening"), (4000, "The weather")):
        store.chapters.put(news, Chapter(start, name, "ada"))
    assert store.chapters.of(news) == [Chapter(0, "Opening", "ada"), Chapter(4000, "The weather", "ada")]
    assert store.chapters.remove(news, 0)
    assert not store.chapters.remove(news, 0)
    store.videos.forget(news)
    with pytest.raises(ForgottenError):
        store.chapters.put(news, Chapter(0, "Opening", "ada"))
