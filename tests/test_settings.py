"""Settings: defaults, then the environment, then what is given; nonsense is refused by name."""

import pytest

from passerby.errors import UsageError
from passerby.settings import Settings


def test_what_is_given_comes_before_the_environment_and_that_before_defaults() -> None:
    environment = {"PASSERBY_WORKERS": "3", "PASSERBY_OBJECTS": "yolox-s", "PASSERBY_UNKNOWN": "x"}
    settings = Settings.from_environment(environment, {"workers": 5, "library": None})
    assert (settings.workers, settings.objects, settings.library) == (5, "yolox-s", Settings().library)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "many"),
        ("WORKERS", "-1"),
        ("SAMPLES_PER_SECOND", "0"),
        ("SAMPLES_PER_SECOND", "nan"),
        ("MEMORY_MB", "1"),
        ("STALL_SECONDS", "-3"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"PASSERBY_{name}"):
        Settings.from_environment({f"PASSERBY_{name}": value})
