import subprocess
import sys

import pytest

from passerby.errors import VocabularyError
from passerby.models.vocabulary import check_labels, check_names, protected_terms_in

THINGS = [
    "kite", "orange", "crane", "black swan", "white wolf", "Persian cat", "Egyptian cat", "Irish setter",
    "English springer", "English springer spaniel", "Old English sheepdog", "Great Dane", "French horn",
    "African hunting dog", "killer whale", "hermit crab", "butcher shop", "barber chair", "carpenter's kit",
    "police van", "shoe shop", "hair drier", "baseball glove", "teddy bear", "race car", "manhole cover",
    "wine glass", "handbag", "mosque", "church", "Buddhist temple", "old car", "white car", "page", "stage",
]  # fmt: skip
GEOMETRY = ["person", "people", "crowd", "pedestrian", "face", "human face", "licence plate", "number plate"]
PROFILES = [
    "gender", "female", "men", "policewomen", "girls'", "age", "baby", "young person", "elderly", "uyghur", "Uighurs",
    "egyptian", "egyptian man", "Egyptian face", "african american", "black people", "people black", "dark skin",
    "race",
    "ethnicity", "muslim", "hijab", "turbans", "disabled", "wheelchair", "obese", "smiling", "Smile", "angry face",
    "emotion", "facial expression", "gay", "political opinion", "protesters", "beggar", "nurse", "ballplayer", "groom",
    "scuba diver", "beard", "blonde hair", "hand", "kimono", "red dress", "maillot", "neckties", "tie", "high heels",
    "lipstick", "necklace", "wig", "face recognition", "face id", "person re-identification", "voice print", "gait",
    "embedding of person", "speaker name", "plate number", "plate text", "ANPR", "维吾尔族", "女人", "Mädchen",
    "мужчина",
]  # fmt: skip


@pytest.mark.parametrize("label", THINGS + GEOMETRY)
def test_things_and_places_of_people_may_be_named(label: str) -> None:
    check_labels([label], "a model")


@pytest.mark.parametrize("label", PROFILES)
def test_what_describes_or_identifies_people_may_not(label: str) -> None:
    with pytest.raises(VocabularyError):
        check_labels(["car", label], "a model")


@pytest.mark.parametrize("planted", ["gender", "uyghur", "smiling", "kimono"])
def test_an_error_names_the_model_the_label_and_the_reason(planted: str) -> None:
    with pytest.raises(VocabularyError, match=rf"nanodet: .*'{planted}'.* tells "):
        check_labels(["car", planted], "nanodet")


@pytest.mark.parametrize(
    "name", ["person_id", "personId", "faceEmbedding", "--person-age", "speaker_name", "track.gender", "isMale"]
)
def test_names_in_code_are_split_into_words(name: str) -> None:
    with pytest.raises(VocabularyError):
        check_names([name], "the schema")


def test_names_in_code_may_speak_of_masks_and_of_the_computer() -> None:
    check_names(["face_mask", "person_count", "watch", "workers", "--hide-faces", "PeopleMasks.coverage", "page"], "x")
    with pytest.raises(VocabularyError):
        check_labels(["mask"], "a model, where it is worn")


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("black man", ["black", "man"]),
        ("Two WOMEN in a park", ["WOMEN"]),
        ("women's shoes", ["women"]),
        ("old people on white benches", ["old"]),
        ("blonde asian girls", ["blonde", "asian", "girls"]),
        ("happy muslim", ["happy", "muslim"]),
        ("man man", ["man"]),
        ("Mädchen mit Hund", ["Mädchen"]),
        ("mujeres", ["mujeres"]),
        ("街上的女人", ["女人"]),
        ("who is this", ["who is"]),
        ("face recognition", ["face recognition"]),
        ("plate number", ["plate number"]),
    ],
)
def test_a_search_for_protected_attributes_is_noticed_in_the_words_that_were_typed(
    query: str, terms: list[str]
) -> None:
    assert protected_terms_in(query) == terms


@pytest.mark.parametrize(
    "query",
    [
        "", "people", "person with dog", "crowd in a street", "white car", "black dog", "old car", "Irish setter",
        "person in black car", "red dress", "police car", "nurse", "licence plate", "chinese restaurant", "ice age",
        "happy new year", "kind of blue", "dark street at night", "white house behind people",
    ],
)  # fmt: skip
def test_other_searches_are_not(query: str) -> None:
    assert protected_terms_in(query) == []


def test_checking_words_loads_nothing_heavy() -> None:
    code = "import sys, passerby.models.vocabulary as v; v.check_labels(['car'], ''); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
