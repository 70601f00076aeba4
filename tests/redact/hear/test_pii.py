"""What the rules find in text and in what is said, and what they leave."""

from fractions import Fraction

import pytest

from passerby.records import SpokenWord, Utterance
from passerby.redact.hear.pii import MARGIN_SECONDS, has_pii, spoken_pii
from passerby.times import Span, TimeBase

BASE = TimeBase(Fraction(1, 1000))


@pytest.mark.parametrize(
    "text",
    [
        "write to jane.doe@example.org",
        "JANE@EXAMPLE.CO.UK",
        "tel. +49 30 901820",
        "call (212) 736-5000 now",
        "020 7946 0018",
        "0301234567",
        "4111 1111 1111 1111",
        "4111111111111111",
        "0018 7946 020",  # as it stands beside Arabic or Hebrew
        "3782-822463-10005",
        "4111 1111 1111 1112",  # one digit misread: still grouped as on a card
        "Dr. Amina Yusuf",
        "Dr.AminaYusuf",
        "Name: José de la Cruz",
        "My name is Élodie",
        "+44 (0)20 7946 0958",
        "Tel.0301234567",
        "+442079460958x12",
        "4111·1111·1111·1111",
        "5500_0000_0000_0004",
        "jane(at)example.com",
        "jane [at] example [dot] com",
        "jane at example dot com",
        "jane\uff20example\u3002com",
        "HERR SCHMIDT",
        "MR SMITH",
        "Mr. J. Smith",
        "Dr  Weber",
        "Frau von der Leyen",
        "M. Dupont",
        "Mme Dupont",
        "SEÑOR GARCÍA",
        "Sra. García",
        "Sig.ra Rossi",
        "Dott. Rossi",
        "Mevrouw de Vries",
        "Pani Kowalska",
        "Hr. Schmidt",
        "господин Иванов",
    ],
)
def test_what_tells_who_somebody_is_is_found_in_text(text: str) -> None:
    assert has_pii(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MAIN STREET 14",
        "2024-11-24",
        "24.11.2024",
        "1939-1945",
        "12:45",
        "3.14159",
        "100 000 people",
        "speed limit 120",
        "user@home",
        "12,500,000",
        "my name is not important",
        "doctor on duty",
        "1234567890123456789012",
    ],
)
def test_other_words_and_numbers_are_left(text: str) -> None:
    assert not has_pii(text)


@pytest.mark.parametrize(
    "text",
    [
        "one two three dash four five six seven",
        "treble seven one two three four",
        "quadruple nine double one two three",
        "one two three slash double four five six",
        "null drei null eins zwei drei vier",
        "zéro six douze trente quatre cinquante six",
        "seis uno dos tres cuatro cinco seis",
        "jane@example dot com",
        "jane at the rate example dot com",
        "jane apenstaartje voorbeeld punt nl",
        "jane собака пример точка ру",  # noqa: RUF001
        "his name was John",
        "mijn naam is Jan",
        "je suis Marie",
        "meine Mutter heißt Inge",
        "madame Dupont",
        "señor García",
        "Signor Rossi",
        "mister Smith",
        "pani Kowalska",
    ],
)
def test_what_is_said_in_other_words_and_languages_is_found(text: str) -> None:
    assert spoken_pii([said(text)], BASE)


@pytest.mark.parametrize("text", ["one dash two", "sei so gut", "une fois sur deux"])
def test_few_numbers_in_other_languages_are_left(text: str) -> None:
    assert not spoken_pii([said(text)], BASE)


def said(text: str, start: int = 0, step: int = 500) -> Utterance:
    """A word each half second."""
    words = [SpokenWord(word, Span(start + n * step, start + n * step + 400)) for n, word in enumerate(text.split())]
    return Utterance(text, Span(words[0].span.start, words[-1].span.end), "en", tuple(words))


def parted(*parts: str, start: int = 0) -> Utterance:
    """Words as speech models part them: those without a space before go on with the one before. A part each half
    second."""
    words = [SpokenWord(part.strip(), Span(start + n * 500, start + n * 500 + 400)) for n, part in enumerate(parts)]
    return Utterance("".join(parts).strip(), Span(start, words[-1].span.end), "en", tuple(words))


def muted(*utterances: Utterance) -> list[str]:
    """The words of which a part is muted, by span."""
    words = [word for utterance in utterances for word in utterance.words]
    found = []
    for start, end in sorted(spoken_pii(utterances, BASE)):
        inner = start + Fraction(MARGIN_SECONDS), end - Fraction(MARGIN_SECONDS)
        found.append(
            " ".join(w.text for w in words if w.span.end * BASE.tick > inner[0] and w.span.start * BASE.tick < inner[1])
        )
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Call me on 555-1234, please.", "555-1234,"),
        ("It is 0 3 0, 9 0 1 8 2 0.", "0 3 0, 9 0 1 8 2 0."),
        ("dial five five five one two double three now", "five five five one two double three"),
        ("oh two oh seven nine four six", "oh two oh seven nine four six"),
        ("The card is 4111 1111 1111 1112.", "4111 1111 1111 1112."),  # misheard, and still long
        ("Write to jane.doe@example.org.", "jane.doe@example.org."),
        ("It's jane dot doe at example dot org, thanks", "jane dot doe at example dot org,"),
        ("that is jane at example.com", "jane at example.com"),
        ("My name is Jane van der Berg and I live here.", "Jane van der Berg"),
        ("This is Dr. Amina Yusuf.", "Dr. Amina Yusuf."),
        ("Ich heiße Jürgen.", "Jürgen."),
    ],
)
def test_what_is_said_is_found_word_by_word(text: str, words: str) -> None:
    found = muted(said(text))
    assert found
    assert " ".join(found).split()[-len(words.split()) :] == words.split()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((" email", " is", " Sarah", " at", " nampl", ".com."), "Sarah at nampl .com."),
        ((" it's", " jane", "@example", ".org", " now"), "jane @example .org"),
        ((" it's", " jane@", "example", ".co", ".uk", " now"), "jane@ example .co .uk"),
        ((" to", " jane", ".doe", " at", " example", ".org"), "jane .doe at example .org"),
        ((" call", " 555", "-1", "234", " now"), "555 -1 234"),
        ((" it", " is", " +", "44", " 20", " 7946", " 0018"), "44 20 7946 0018"),
        ((" so", " 020", " 7946", ", uh,", " 0018", " now"), "020 7946 , uh, 0018"),
        ((" on", " eight", " hundred", " 555", " 1234"), "eight hundred 555 1234"),
        ((" to", " s", " a", " r", " a", " at", " nampl", " dot", " com"), "s a r a at nampl dot com"),
        ((" to", " jane", " at", " mail", " dot", " co", " dot", " uk"), "jane at mail dot co dot uk"),
        ((" to", " jane", " at", " sign", " mail", " dot", " org"), "jane at sign mail dot org"),
        ((" es", " jane", " arroba", " correo", " punto", " es"), "jane arroba correo punto es"),
        ((" an", " jane", " \u00e4t", " post", " punkt", " de"), "jane \u00e4t post punkt de"),
        ((" \u00e0", " jane", " arobase", " poste", " point", " fr"), "jane arobase poste point fr"),
        ((" Sarah", " at", " nampl.", " Com"), "Sarah at nampl. Com"),
    ],
)
def test_what_a_speech_model_parts_is_found_and_muted_whole(parts: tuple[str, ...], words: str) -> None:
    (found,) = muted(parted(*parts))
    assert found.endswith(words)


def test_what_two_utterances_part_is_found_whole() -> None:
    assert muted(parted(" Sarah", " at", " nampl"), parted(".com.", " Thanks", start=1500)) == ["Sarah at nampl .com."]
    cut = [parted(" It", " is", " 020", " 79"), parted(" 46", " 00", start=2200), parted(" 18", " ok", start=3500)]
    assert muted(*cut) == ["020 79 46 00 18"]


@pytest.mark.parametrize(
    "parts",
    [
        (" one", " o", "'clock"),
        (" Look", " at", " that", ".", " In", " time"),
        (" look", " at", " this", " point", " in", " time"),
        (" five", " hundred", " people", " at", " the", " dot"),
        (" um", ",", " uh", " 12", "-14"),
    ],
)
def test_other_things_that_a_speech_model_parts_are_left(parts: tuple[str, ...]) -> None:
    assert muted(parted(*parts)) == []


@pytest.mark.parametrize(
    "text",
    [
        "We are two of a kind.",
        "In 1945 the war was over.",
        "It cost 12,500,000 dollars, or 12,500 each.",
        "Look at that.",
        "One, two, three, go!",
        "My name is mine to keep.",
        "Oh no, oh dear.",
    ],
)
def test_other_things_that_are_said_are_left(text: str) -> None:
    assert muted(said(text)) == []


def test_a_span_is_the_words_with_a_margin() -> None:
    ((start, end),) = spoken_pii([said("Call 555-1234 now", start=1000)], BASE)
    assert (float(start), float(end)) == pytest.approx((1.5 - MARGIN_SECONDS, 1.9 + MARGIN_SECONDS))


def test_no_span_begins_before_the_video() -> None:
    ((start, _),) = spoken_pii([said("5551234")], BASE)
    assert start == 0


def test_a_number_goes_on_in_the_next_utterance_but_not_after_a_long_pause() -> None:
    assert muted(said("It is 555"), said("1234", start=2000)) == ["555 1234"]
    assert muted(said("It is 555"), said("1234", start=9000)) == []


def test_an_utterance_without_word_times_is_muted_whole() -> None:
    utterance = Utterance("Call 555-1234 now.", Span(2000, 5000), "en", ())
    ((start, end),) = spoken_pii([utterance], BASE)
    assert (float(start), float(end)) == pytest.approx((2 - MARGIN_SECONDS, 5 + MARGIN_SECONDS))


def test_nothing_said_is_nothing_muted() -> None:
    assert spoken_pii([], BASE) == []
