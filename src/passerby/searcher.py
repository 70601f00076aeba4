"""From what callers ask of a library to what its index is asked: names, dates and pictures are looked up here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from passerby.model_shop import ModelShop
from passerby.models.catalog import find
from passerby.models.roles import model_for
from passerby.records import Floats, MomentVector
from passerby.search.facets import SearchFacets, facets_of
from passerby.search.find import SearchResult, search
from passerby.search.image_text import text_encoders
from passerby.search.query import dates_between, parse_like, words_of
from passerby.search.question import question
from passerby.search.word_search import QueryModels
from passerby.settings import Settings
from passerby.store.library import Store
from passerby.store.search import Narrow

if TYPE_CHECKING:
    from passerby.models.minilm import MiniLm

LATELY = 500  # texts whose vectors are kept: of the same words, other pages and other filters are asked for


@dataclass(frozen=True, slots=True)
class AskedSearch:
    """What is searched for, as ``Library.search`` has it."""

    words: str = ""
    label: str | None = None
    on_screen: str = ""
    said: str = ""
    like: str | None = None
    video: str | None = None  # a path, a name, or the start of an id
    recorded: tuple[str | None, str | None] = (None, None)


class Searcher:
    """Searches in stores that are open, with the models of the settings."""

    def __init__(self, settings: Settings, models: ModelShop) -> None:
        self._settings, self._shop = settings, models
        self._embed = lru_cache(LATELY)(self._embedded)

    def find(self, store: Store, asked: AskedSearch, limit: int, start: int) -> SearchResult:
        """See ``Library.search``."""
        narrow = _narrow(store, asked)
        place = None if asked.like is None else self.place(store, asked.like)
        return search(store, asked.words, narrow=narrow, like=place, models=self._models(), limit=limit, start=start)

    def facets(self, store: Store, asked: AskedSearch) -> SearchFacets:
        """See ``Library.search_facets``."""
        place = None if asked.like is None else self.place(store, asked.like)
        return facets_of(store, question(asked.words, _narrow(store, asked), place, self._models()))

    def place(self, store: Store, like: str) -> tuple[str, int] | Floats:
        """What ``VIDEO@TIME`` means, or how a picture looks without its people."""
        from passerby.media.still import ENDINGS
        from passerby.pipeline.keys import plan
        from passerby.pipeline.picture import describe_picture

        path = Path(like)
        if path.suffix.lower() in ENDINGS and "@" not in path.name:
            models = self._shop.open()
            found = describe_picture(path, plan(["vectors"], models.settings), models)
            return next(record.vector for record in found if isinstance(record, MomentVector))
        name, seconds = parse_like(like)
        video = store.videos.resolve(name)
        return video.id, video.time_base.pts_at(seconds)

    def _models(self) -> QueryModels:
        labels = find(model_for("objects", self._settings)).labels
        return QueryModels(self._embed, text_encoders(self._shop.open()), labels)

    def _embedded(self, text: str) -> Floats:
        """What a text means."""
        vector: Floats = self._encoder.embed([text])[0]
        return vector

    @cached_property
    def _encoder(self) -> MiniLm:
        """Opened once: that takes far longer than a search. A question is too short for more than one thread."""
        models = self._shop.open(threads=1)
        encoder: MiniLm = models.open(models.name_for("sentences"))
        return encoder


def _narrow(store: Store, asked: AskedSearch) -> Narrow:
    return Narrow(
        label=asked.label,
        videos=None if asked.video is None else [store.videos.resolve(asked.video).id],
        on_screen=words_of(asked.on_screen),
        said=words_of(asked.said),
        recorded=dates_between(*asked.recorded),
    )
