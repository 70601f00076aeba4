"""Users, sessions, tokens and tries, down to the rows."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import NewAddress
from passerby.errors import TooManyTriesError
from passerby.store.accounts import Token, User
from passerby.store.library import Store, open_store
from passerby.store.tries import (
    FREE_FROM_ANYWHERE,
    FREE_OF_A_NAME,
    FREE_OF_AN_ADDRESS,
    LONGEST_DELAY,
    MEMORY,
    SECOND,
)

NOW = 1_700_000_000 * SECOND


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, create=True) as opened:
        opened.accounts.add(User("ann", "admin", "hash of ann", NOW))
        opened.accounts.add(User("bob", "viewer", "hash of bob", NOW + 1))
        yield opened


def waits(store: Store, name: str, address: str, now: int) -> int:
    """How many seconds a try has to wait; 0: it was taken, and has failed."""
    try:
        with store.transaction():
            store.tries.begin(name, address, now)
    except TooManyTriesError as error:
        return error.seconds
    return 0


def test_what_is_kept_comes_back(store: Store) -> None:
    assert store.accounts.users() == [
        User("ann", "admin", "hash of ann", NOW),
        User("bob", "viewer", "hash of bob", NOW + 1),
    ]
    token = Token(0, "bob", "viewer", "for x", frozenset({"read", "write"}), NOW, NOW + 9)
    number = store.accounts.add_token("t", token)
    assert store.accounts.tokens("bob") == [Token(number, *[getattr(token, name) for name in Token.__slots__[1:]])]
    assert store.accounts.token("t", NOW + 8) is not None
    assert store.accounts.token("t", NOW + 9) is None


def test_a_session_that_was_ended_is_not_brought_back_by_its_use(store: Store) -> None:
    store.accounts.add_session("s", "ann", NOW, NOW + 9)
    store.accounts.end_session("s")
    store.accounts.use_session("s", NOW + 1, NOW + 10)
    assert store.accounts.session("s", NOW + 1) is None


# Tries


def test_some_tries_are_free_then_each_doubles_the_wait(store: Store) -> None:
    now, found = NOW, []
    for _ in range(FREE_OF_A_NAME):
        assert waits(store, "ann", "b", now) == 0
    for _ in range(9):
        found.append(waits(store, "ann", "b", now))
        now += found[-1] * SECOND - 1
        assert waits(store, "ann", "b", now) == 1
        now += 1
        assert waits(store, "ann", "b", now) == 0
    assert found == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert waits(store, "bob", "b", now) == 0


def test_tries_that_are_refused_do_not_count(store: Store) -> None:
    for _ in range(FREE_OF_A_NAME):
        waits(store, "ann", "a", NOW)
    assert {waits(store, "ann", "a", NOW) for _ in range(30)} == {30}


def test_many_names_from_one_address_have_to_wait_and_others_do_not(store: Store) -> None:
    for n in range(FREE_OF_AN_ADDRESS):
        assert waits(store, f"name {n}", "2001:db8::1", NOW) == 0
    assert waits(store, "ann", "2001:db8::ffff:2", NOW) == 30  # one customer's network
    assert waits(store, "ann", "2001:db8:0:1::1", NOW) == 0


def test_an_address_is_the_same_in_both_notations(store: Store) -> None:
    for n in range(FREE_OF_AN_ADDRESS):
        waits(store, f"name {n}", "192.0.2.1", NOW)
    assert waits(store, "ann", "::ffff:192.0.2.1", NOW) == 30
    assert (
        waits(store, "ann", "::1", NOW) == waits(store, "ann", "fe80::1%eth0", NOW) == waits(store, "ann", "", NOW) == 0
    )


def test_own_log_ins_are_no_way_to_guess_at_others(store: Store) -> None:
    for n in range(FREE_OF_AN_ADDRESS * 3):
        if waits(store, f"name {n}", "a", NOW + n) or waits(store, "mine", "a", NOW + n):
            break
        with store.transaction():
            store.tries.succeed("mine", "a")
    assert n <= FREE_OF_AN_ADDRESS


def test_an_address_from_which_all_log_in_rightly_never_waits(store: Store) -> None:
    for n in range(FREE_OF_AN_ADDRESS * 3):
        assert waits(store, f"name {n}", "a", NOW) == 0
        with store.transaction():
            store.tries.succeed(f"name {n}", "a")


@settings(max_examples=25)
@given(others=st.lists(st.tuples(st.sampled_from(["ann", "bob", "eve"]), st.integers(0, 30)), max_size=80))
def test_nobody_is_kept_out_by_what_others_try_elsewhere(
    others: list[tuple[str, int]], new_address: NewAddress
) -> None:
    with open_store(new_address(), create=True) as store:
        for n, (name, address) in enumerate(others):
            waits(store, name, f"198.51.100.{address}", NOW + n)
        now = NOW + len(others)
        for _ in range(FREE_OF_A_NAME):
            assert waits(store, "ann", "192.0.2.7", now) == 0
        assert waits(store, "ann", "192.0.2.7", now) == 30
        assert 0 <= store.tries.delay("ann", now) <= LONGEST_DELAY


def test_guesses_from_many_addresses_are_delayed_ever_longer(store: Store) -> None:
    found = []
    for n in range(120):
        found.append(store.tries.delay("ann", NOW))
        assert waits(store, "ann", f"address {n}", NOW) == 0
    assert found == sorted(found)
    assert found[: FREE_FROM_ANYWHERE + 1] == [0.0] * (FREE_FROM_ANYWHERE + 1)
    assert 0 < found[FREE_FROM_ANYWHERE + 1] < 1
    assert found[-1] == LONGEST_DELAY
    assert store.tries.delay("bob", NOW) == 0
    with store.transaction():
        store.tries.succeed("ann", "address 5")
    assert store.tries.delay("ann", NOW) == LONGEST_DELAY  # the right one does not end it for those who guess
    assert store.tries.delay("ann", NOW + MEMORY) == 0
    with store.transaction():
        store.tries.forgive("ann")
    assert store.tries.delay("ann", NOW) == 0


def test_who_is_forgiven_need_not_wait_anywhere(store: Store) -> None:
    for address in ("a", "b"):
        for _ in range(FREE_OF_A_NAME):
            waits(store, "ann", address, NOW)
        assert waits(store, "ann", address, NOW) == 30
    with store.transaction():
        store.tries.forgive("ann")
    assert waits(store, "ann", "a", NOW) == waits(store, "ann", "b", NOW) == 0


def test_the_sessions_of_a_user_are_listed_until_they_end(store: Store) -> None:
    store.accounts.add_session("one", "ann", NOW, NOW + 10)
    store.accounts.add_session("two", "ann", NOW, NOW + 99, "Firefox on Linux")
    store.accounts.add_session("of bob", "bob", NOW, NOW + 99)
    store.accounts.use_session("one", NOW + 5, NOW + 20)
    listed = store.accounts.sessions_of("ann", NOW + 9)
    assert [(hash_, session.browser) for hash_, session in listed] == [("one", ""), ("two", "Firefox on Linux")]
    assert [hash_ for hash_, _ in store.accounts.sessions_of("ann", NOW + 20)] == ["two"]
