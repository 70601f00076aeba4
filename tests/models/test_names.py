"""Which labels name somebody, and which places and things called after people are left."""

import subprocess
import sys

import pytest

from passerby.errors import UsageError
from passerby.models.catalog import entries
from passerby.models.hedging import Hedger
from passerby.models.names import check_given, name_in

SOMEBODY = [
    "John Smith", "john smith", "Sarah", "sarah", "my boss", "grandma", "Frau Müller", "Dr. Lee", "dr lee",
    "Mr. X", "mein Chef",
    "meine Nachbarin", "mi jefe", "Rose Miller", "Jack Brown", "April Jones", "Bill", "Mark", "Bill Clinton",
    "J. Smith",
    "Angela Merkel", "Barack Obama", "Sarah's house", "the house of Sarah", "interview with Maria", "Oma", "佐藤太郎",
    "김지훈", "José", "Amina Yusuf", "Mohammed Ali", "our neighbours", "my best friend", "my neighbour's car",
    "President Obama",
    "Aunt May", "John F. Kennedy", "my team", "Ivan Petrov", "Иван", "Ольга Петрова", "nonna", "Uncle Bob",
    "Señora García",
    "Mme Dupont", "Priya Sharma", "Wei Zhang", "Captain Smith", "sister Mary", "Peter's bike", "Tom and Anna",
    "فاطمة", "أحمد",
    "Sarah Lee, reporter", "Karl Marx", "Herr Schmidt",
]  # fmt: skip
PLACES_AND_THINGS = [
    "Rose garden", "rose", "Rose", "Jack", "April", "Paris", "bike lane", "our square", "St. John's Church",
    "Victoria",
    "Victoria Station", "John Smith Street", "Karl-Marx-Allee", "Rosa-Luxemburg-Platz", "San Francisco",
    "house martin",
    "Santa Maria Novella", "John F. Kennedy Airport", "Martin Luther King Boulevard", "electricity bill", "my street",
    "mark on the wall", "frank", "will", "my car", "our customers parking", "London", "Georgia", "Sydney Opera House",
    "Jordan River", "John Deere tractor", "Lake Victoria", "evening news", "jean jacket", "captain's cabin",
    "king penguin",
    "King Crab", "queen bee", "Queen Elizabeth Bridge", "doctor on duty", "general store",
    "flea market in May", "Mercedes",
    "Granny Smith apple", "Jack Russell terrier", "rue Victor Hugo", "New York", "Mona Lisa painting",
    "Lincoln Memorial",
    "team photo", "source code", "Christian cross", "桜", "東京", "公园", "Straße", "Ampel", "bicicleta",
    "mesa", "tear gas", "", "!?",
]  # fmt: skip


DISGUISED = [
    "JohnSmith", "#JohnSmith", "#johnsmith", "@sarahmiller", "#myboss", "MyBoss", "J\u200bohn Smith", "Sa\xadrah",
    "S\u200darah", "John\u2060Smith", "\U0001d412\U0001d41a\U0001d42b\U0001d41a\U0001d421",
    "\uff33\uff41\uff52\uff41\uff48", "S.a.r.a.h", "S a r a h", "smith, john", "Smith, J.", "Schmidt Hans", "MrSmith",
    "DrLee", "SARAH_SMITH", "mus\xadlim", "BlackMan", "m u s l i m",
]  # fmt: skip
KIN_AND_TITLES = [
    "Sr. García", "Sig. Rossi", "Dott. Rossi", "Hr. Schmidt", "Fr. Meier", "Sohn", "meine Tochter", "Großmutter",
    "père", "ma sœur", "mon fils", "mi esposa", "mi hijo", "minha mãe", "meu pai", "mein Kind", "mon copain",
    "моя жена", "мой сын",
]  # fmt: skip
DISGUISED_THINGS = [
    "StopSign", "GreenScreen", "WideShot", "MacBook", "iPhone", "#streetmarket", "#marketplace", "#samarkand",
    "NikeLogo", "BMW_logo", "U.S.A.", "C C T V", "pan of soup", "pai gow", "fr. 20", "Don river", "#sunset", "YouTube",
]  # fmt: skip


@pytest.mark.parametrize("label", [*DISGUISED, *KIN_AND_TITLES])
def test_a_name_in_another_spelling_is_one(label: str) -> None:
    with pytest.raises(UsageError, match="expected what is seen"):
        check_given(label)


@pytest.mark.parametrize("label", DISGUISED_THINGS)
def test_things_in_such_spellings_pass(label: str) -> None:
    check_given(label)


@pytest.mark.parametrize("label", SOMEBODY)
def test_what_names_somebody_is_refused(label: str) -> None:
    with pytest.raises(UsageError, match="expected what is seen"):
        check_given(label)


@pytest.mark.parametrize("label", PLACES_AND_THINGS)
def test_places_and_things_are_not_even_where_they_are_called_after_somebody(label: str) -> None:
    assert name_in(label) == ""


def test_what_models_call_things_names_nobody() -> None:
    labels = {*Hedger().labels, *(label for entry in entries() for label in entry.labels)}
    assert len(labels) > 1000
    assert [label for label in sorted(labels) if name_in(label)] == []


def test_the_refusal_tells_what_was_taken_for_a_name_and_what_to_write() -> None:
    with pytest.raises(UsageError, match=r"who somebody is \('Sarah'\).*with a word behind it, such as street"):
        check_given("the house of Sarah")


@pytest.mark.parametrize("label", ["Xochitl", "Hope", "Paris Hilton"])
def test_names_that_no_list_knows_and_those_that_are_words_pass(label: str) -> None:
    """What rules cannot see: docs/laws.md says so."""
    check_given(label)


def test_checking_loads_nothing_heavy() -> None:
    code = "import sys, passerby.models.names as n; n.check_given('car'); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
