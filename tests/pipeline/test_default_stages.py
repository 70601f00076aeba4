"""What runs where no stages are named."""

from dataclasses import dataclass

from passerby.models.catalog import find
from passerby.pipeline.default_stages import usual_stages
from passerby.settings import Settings
from passerby.stages import STAGES

SPEECH_MB = round(find("speech-base").total_size / 1e6)


@dataclass(frozen=True)
class Absent:
    """These models are not here."""

    names: frozenset[str]

    def commands_for(self, name: str) -> list[str]:
        return [f"get {name}"] if name in self.names else []


def test_all_that_is_here_runs() -> None:
    usual = usual_stages(Settings(), Absent(frozenset()))
    assert usual.names == tuple(STAGES)
    assert usual.left_out == ""


def test_what_is_not_shipped_and_not_here_is_left_out_with_the_way_to_get_it() -> None:
    usual = usual_stages(Settings(), Absent(frozenset({"speech-base"})))
    assert usual.names == tuple(name for name in STAGES if name != "speech")
    assert usual.left_out == f"left out: speech; to have them too ({SPEECH_MB} MB): get speech-base"


def test_looks_and_zero_shot_run_where_a_model_for_images_and_texts_is_here() -> None:
    usual = usual_stages(Settings(), Absent(frozenset({"clip-vit-b-32"})))
    assert {"looks", "zero-shot"}.isdisjoint(usual.names)
    assert usual.left_out.startswith("left out: zero-shot, looks; to have them too (")
    assert usual.left_out.endswith(" MB): get clip-vit-b-32")
    settings = Settings(image_text="siglip-b-16")
    assert {"looks", "zero-shot"} < {*usual_stages(settings, Absent(frozenset({"clip-vit-b-32"}))).names}


def test_the_model_of_the_setting_is_the_one_that_counts() -> None:
    settings = Settings(speech="speech-tiny")
    assert "speech" in usual_stages(settings, Absent(frozenset({"speech-base"}))).names
    assert "get speech-tiny" in usual_stages(settings, Absent(frozenset({"speech-tiny"}))).left_out


def test_a_detector_that_the_user_chose_and_has_not_is_not_left_out() -> None:
    usual = usual_stages(Settings(objects="d-fine-s"), Absent(frozenset({"d-fine-s"})))
    assert "objects" in usual.names
