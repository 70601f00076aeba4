"""Plans of copies in a library, and what becomes of them with their video."""

import pytest

from libraries import add
from passerby.errors import ForgottenError, StaleError
from passerby.store.library import Store


def change(store: Store, plan: str, text: str, version: int, user: str = "ada") -> int:
    return store.plans.change(plan, text, version, user=user, back=f"before {text}")


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
    assert change(store, plan, "two", 1) == 2
    assert change(store, plan, "three", 2) == 3
    for version in (1, 2, 4, 0):
        with pytest.raises(StaleError, match="version 3"):
            change(store, plan, "lost", version)
    found = store.plans.get(plan)
    assert found is not None
    assert (found.text, found.version) == ("three", 3)


def test_a_plan_that_was_removed_cannot_be_changed(store: Store) -> None:
    plan = store.plans.put(add(store, "x.mp4"), "one")
    store.plans.remove(plan)
    with pytest.raises(StaleError, match="was removed"):
        change(store, plan, "two", 1)


def test_there_is_no_plan_of_a_video_that_is_not_there(store: Store) -> None:
    with pytest.raises(ForgottenError):
        store.plans.put("0" * 64, "x")


def test_versions_say_who_has_made_them_and_what_leads_back(store: Store) -> None:
    video = add(store, "x.mp4")
    plan = store.plans.put(video, "one")
    assert store.plans.versions(plan) == []
    change(store, plan, "two", 1)
    change(store, plan, "three", 2, "bob")
    assert [(each.version, each.user, each.back) for each in store.plans.versions(plan)] == [
        (3, "bob", "before three"),
        (2, "ada", "before two"),
    ]
    assert [each.version for each in store.plans.versions(plan, 3)] == [3]
    with pytest.raises(StaleError, match=r"found version 3, which bob made at 20.*Z; load it again"):
        change(store, plan, "lost", 2)
    store.plans.remove(plan)
    assert store.plans.versions(plan) == []


def test_versions_go_with_their_video(store: Store) -> None:
    video = add(store, "x.mp4")
    plan = store.plans.put(video, "one")
    change(store, plan, "two", 1)
    store.videos.forget(video)
    assert store.plans.versions(plan) == []
