"""Plans of copies in a library, and what becomes of them with their video."""

import pytest

from libraries import add
from passerby.errors import ForgottenError, UsageError
from passerby.store.library import Store


def test_a_plan_is_kept_with_its_video(store: Store) -> None:
    video = add(store, "x.mp4")
    first, second = store.plans.put(video, "first"), store.plans.put(video, "second")
    found = store.plans.get(first)
    assert found is not None
    assert (found.video, found.text, found.version) == (video, "first", 1)
    assert [plan.id for plan in store.plans.of(video)] == [second, first]
    store.plans.remove(first)
    assert store.plans.get(first) is None
    store.videos.forget(video)
    assert store.plans.get(second) is None


def test_only_the_newest_version_is_changed(store: Store) -> None:
    plan = store.plans.put(add(store, "x.mp4"), "one")
    assert store.plans.change(plan, "two", 1) == 2
    assert store.plans.change(plan, "three", 2) == 3
    for version in (1, 2, 4, 0):
        with pytest.raises(UsageError, match="version 3"):
            store.plans.change(plan, "lost", version)
    found = store.plans.get(plan)
    assert found is not None
    assert (found.text, found.version) == ("three", 3)


def test_a_plan_that_was_removed_cannot_be_changed(store: Store) -> None:
    plan = store.plans.put(add(store, "x.mp4"), "one")
    store.plans.remove(plan)
    with pytest.raises(UsageError, match="was removed"):
        store.plans.change(plan, "two", 1)


def test_there_is_no_plan_of_a_video_that_is_not_there(store: Store) -> None:
    with pytest.raises(ForgottenError):
        store.plans.put("0" * 64, "x")
