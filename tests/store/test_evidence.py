"""What was taken as evidence is kept as it was noted, and what is held stays."""

import pytest

from libraries import add
from passerby.errors import ForgottenError, HeldError, UnknownError
from passerby.store.accounts import User
from passerby.store.evidence import StoredCheck, StoredIntake
from passerby.store.library import Store


def taken(video: str, record: str = "{}") -> StoredIntake:
    return StoredIntake(video, "5" * 128, record, 1.5)


def test_what_was_noted_of_an_item_never_changes_and_goes_with_its_video(store: Store) -> None:
    news, sport = add(store, "news.mp4"), add(store, "sport.mp4")
    store.evidence.put(taken(news, '{"from": "a phone"}'))
    store.evidence.put(taken(news, '{"from": "another"}'))
    store.evidence.put(taken(sport))
    assert store.evidence.get(news) == taken(news, '{"from": "a phone"}')
    case = store.collections.make("Case 7", "", "ada", is_case=True)
    store.collections.put(case, [sport])
    assert [intake.video for intake in store.evidence.all()] == [news, sport]
    assert [intake.video for intake in store.evidence.all(case)] == [sport]
    store.videos.forget(news)
    assert store.evidence.get(news) is None
    with pytest.raises(ForgottenError):
        store.evidence.put(taken(news))


def test_a_video_that_is_held_stays_until_that_is_lifted(store: Store) -> None:
    news, sport = add(store, "news.mp4"), add(store, "sport.mp4")
    hold = store.evidence.hold("a claim", "ada", video=news)
    assert store.evidence.held([news, sport]) == [news]
    for take_away in (store.videos.forget, lambda video: store.trash.put(video, "ada")):
        with pytest.raises(HeldError, match="under a hold"):
            take_away(news)
    assert store.videos.get(news) is not None
    assert store.evidence.lift(hold).reason == "a claim"
    with pytest.raises(UnknownError):
        store.evidence.lift(hold)
    store.videos.forget(news)


def test_a_case_that_is_held_keeps_all_that_is_in_it_or_comes_to_it(store: Store) -> None:
    news, sport = add(store, "news.mp4"), add(store, "sport.mp4")
    case = store.collections.make("Case 7", "", "ada", is_case=True)
    store.collections.put(case, [news])
    hold = store.evidence.hold("a claim", "ada", case=case)
    store.collections.put(case, [sport])
    assert store.evidence.held([news, sport]) == [news, sport]
    assert [each.id for each in store.evidence.holds(video=sport)] == [hold]
    assert [each.case for each in store.evidence.holds(case=case)] == [case]
    for take_away in (
        lambda: store.videos.forget(sport),
        lambda: store.collections.take_out(case, [news]),
        lambda: store.collections.remove(case),
    ):
        with pytest.raises(HeldError):
            take_away()
    store.evidence.lift(hold)
    store.collections.remove(case)
    store.videos.forget(sport)


def test_checks_are_kept_with_their_item_and_the_longest_waiting_is_due_first(store: Store) -> None:
    news, sport = add(store, "news.mp4"), add(store, "sport.mp4")
    store.evidence.put(taken(news))
    store.evidence.put(taken(sport))
    first = StoredCheck(news, 100.0, "synchronised", "kim", ())
    later = StoredCheck(news, 200.0, "free-running", "(upkeep)", ("news.mp4: its bytes are not what was taken",))
    store.evidence.keep_check(first)
    store.evidence.keep_check(later)
    assert store.evidence.checks(news) == [later, first]
    assert store.evidence.last_checks() == {news: later}
    assert store.evidence.due(before=150.0) == [sport]
    assert store.evidence.due(before=201.0) == [sport, news]
    store.videos.forget(news)
    assert store.evidence.checks(news) == []
    with pytest.raises(ForgottenError):
        store.evidence.keep_check(first)


def test_a_case_is_open_to_those_who_are_named_to_it(store: Store) -> None:
    for name in ("kim", "rita"):
        store.accounts.add(User(name, "custodian" if name == "kim" else "reviewer", "hash", 0))
    assert [user.role for user in store.accounts.users()] == ["custodian", "reviewer"]
    store.accounts.set_role("rita", "custodian")
    assert store.accounts.get("rita").role == "custodian"
    case = store.collections.make("Case 7", "", "kim", is_case=True)
    for _ in range(2):
        store.collections.admit(case, "kim")
    store.collections.admit(case, "(console)")
    assert (store.collections.people(case), store.collections.open_to("kim")) == (["kim"], {case})
    assert store.collections.open_to("rita") == set()
    store.accounts.remove("kim")
    assert store.collections.people(case) == []
