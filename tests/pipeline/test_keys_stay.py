"""The keys under which libraries keep what stages found: a change here has every library do that work again.

Made with the version that kept them first. A stage whose records change on purpose gets a higher ``version``, and its
new key here. That of ``zero-shot`` changes with its names, and with it, where that stage runs too, that of ``meaning``.
"""

import pytest

from passerby.pipeline.keys import plan, stage_keys
from passerby.settings import Settings
from passerby.stages import STAGES

USUAL = {
    "shots": "4555413e7534cc2ab11afcc7a0ded9f5654c390e971f1abc3e7ea8b35e0196e0",
    "people": "907287b4e1df3ca8d2264f3f8e5b87a3fdd178230bb9d5d09f6560c8259acb5a",
    "objects": "bffa61a0a5d40e087ec45c8fb1e9e0e401f22ddf0f26f482d37056a60a0ed971",
    "tags": "a898193d298c65878e7650a57cfa5ba012013d3aedce6e5bd9eb968d93930ebd",
    "zero-shot": "5078016140178a091bb176397d9351d3fd01ca41e040246642a5234cedaadf68",
    "vectors": "4109419caf835ec7b9ca7037788a04078ed63d4b9a29d21a625ef88e351876c5",
    "looks": "a8159b28ed8bc7d92f5c952f6645f1562d531948dfc30a65e3c9778e9506fc17",
    "thumbnails": "fd56e3c29f8f4d06a67f833b0691ad1b611042ae25257e42469421abb22dd82d",
    "text": "928848f63b69d09c5f4a35848ae97c0cf5887cdb9df8dacd01a32f9d9325fbaa",
    "speech": "64b1a8430568ef338adfd87cb1bcd81c98aa2d358849a71129286c422125625d",
    "meaning": "e798fb2dd1c63c6d35f7fc71141115b99db7578d3db674ee6c0eae61c3194ccc",
}
OTHER = {
    "shots": "4555413e7534cc2ab11afcc7a0ded9f5654c390e971f1abc3e7ea8b35e0196e0",
    "people": "29781d110ab7dcf44e632206fffcbcc44b501dfd885961001ad651ee1758ad6e",
    "objects": "ec1cd08bf6581f3208ff2f2593208e848fc6b1a992b3482d2ad472cb8010ded3",
    "tags": "948b421dcf6cbe7146904e2205278582f49923129f787187911cc703f040124d",
    "zero-shot": "46928535fc3c1033e016f92c1b7f0edd5b81184b2775f8a9f42146739d6c8fe9",
    "vectors": "74d39449f2470d4bb2bab9fbf2458d4862d37d2b2b536d76d51fc82b1a31aa6f",
    "looks": "9a9d9819aeaaaf5c18e9ce4813e97928c10aa6ea0291ad2d05bf234095b8b7b1",
    "thumbnails": "e635c1f803c71275b79ecc8b209d8da23be71c5846d4cf9e6c313c94c4ae36bf",
    "text": "d94ccb8b128b80e95df608c1c8878d2de2cc8213f10f379c1057e4879ada3bf9",
    "speech": "a4d962bff63f30fa043522697e25f10cccee7a971d43f62b38ca55e57ae5ef33",
    "meaning": "8dce6a849b11f33702ce9875253c899c6cb280d46f42feab61815d2ccb75937d",
}
EVERY_OTHER_SETTING = Settings(
    samples_per_second=4.0,
    objects="d-fine-s",
    text_reader="ppocr-rec-korean",
    image_text="siglip-b-16",
    speech="speech-tiny",
)
# What it means in words depends on which stages give some.
MEANINGS = {
    "tags": "f0dde829b5a918841560b841541806b1d98110dc00000e63ea0544051f0e02f4",
    "speech": "a8d9716eb21f390cd3ee603a68eef32c9f79b1ec94384d7ff0501eaa4cedfdf4",
    "text,objects": "4aafee194fce3e0bebd001282a42860b01a185ffe6af3dbb4ea2a718daa6ba0a",
    "meaning": "2162c7c8b267e722f5239a0d3dce9e1300d2b7eb903a371d286fd553f717660f",
}


def keys(settings: Settings, *names: str) -> dict[str, str]:
    return stage_keys(plan(names, settings), "v", lambda name: f"hash of {name}")


@pytest.mark.parametrize(("settings", "kept"), [(Settings(), USUAL), (EVERY_OTHER_SETTING, OTHER)])
def test_what_libraries_keep_stays_valid(settings: Settings, kept: dict[str, str]) -> None:
    assert keys(settings, *STAGES) == kept


@pytest.mark.parametrize("names", MEANINGS)
def test_what_some_stages_mean_stays_valid(names: str) -> None:
    assert keys(Settings(), *names.split(","))["meaning"] == MEANINGS[names]
