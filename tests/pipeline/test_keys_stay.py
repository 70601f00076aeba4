"""The keys under which libraries keep what stages found: a change here has every library do that work again.

Made with the version that kept them first. A stage whose records change on purpose gets a higher ``version``, and its
new key here.
"""

import pytest

from passerby.pipeline.keys import plan, stage_keys
from passerby.settings import Settings
from passerby.stages import STAGES

USUAL = {
    "shots": "1e902fb648a28dfcfa4f60b57a6fb7308e75c2fe22da269fb12bfd3fdd015576",
    "people": "22afb2ea2be6a7a5f4b81740d11fe2ae9ac20b63c3c663871e85313d8472c0a4",
    "objects": "4aadefe3d33c53aba87869059181ceaad48171812623fe65244cc918d65deae6",
    "tags": "ca6a572e5a56c577fadbc404229b58cfe0a11d186bf56e041a2aeadd8693de9a",
    "vectors": "1a44d026d99465fc86fb3b2c249d884d63af82c52ced877df7645cab16aa12f9",
    "looks": "429c37d2cc7597470b5320df2990f3f1781454792392d68f9d08829107a482e5",
    "thumbnails": "94509080e67e6b0d86b9b92402cbe092b05ad86c0f6ff26937a04ebbf05aee8f",
    "text": "e1460be543781d0461c3b04a7b1e5b8407e6b1f14383cd4cdf8f24ef509b7bc3",
    "speech": "64b1a8430568ef338adfd87cb1bcd81c98aa2d358849a71129286c422125625d",
    "meaning": "0cec108a5754200c123682a710f8f1114fda4a2116c063d82cf0a00464a9192a",
}
OTHER = {
    "shots": "1e902fb648a28dfcfa4f60b57a6fb7308e75c2fe22da269fb12bfd3fdd015576",
    "people": "1d61a39147625cad8ab4a92cd1f821b1b3289eceeabfba05319924ad95f71027",
    "objects": "c86ef9c2ccc2000e0a6f712677ca94c5fd214278deb0a7b677ced831eeabebc1",
    "tags": "97a153e9bb74fe04b1f5e5728fe13c03d3e2d8721065141be4a11691366a6da4",
    "vectors": "1b16870fa56003e8276f18235395e52fec24c0f98a78fe258f547548972f6696",
    "looks": "1e2bd0ac895ab8a838f8b49ced3f72da55e15b91b92c9615c452bfc68b14df3c",
    "thumbnails": "e8e757838c5f37434c6b79ddda91868f5922e1477af832921089832486b5058f",
    "text": "aaf5e6a883607238f9ac45863f0bb9bb0e8df26ed763194413df94a2b8c783d6",
    "speech": "a4d962bff63f30fa043522697e25f10cccee7a971d43f62b38ca55e57ae5ef33",
    "meaning": "72ecd552645bc9384b76e566fc5771ff3f749f395047fef99e4e15ac9a6d34bf",
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
    "tags": "ccdd80bf03f86255e4c5dacc0fc5eaacb0435a48bf6ca6f8b373641c3beb1e1e",
    "speech": "5a29af4421c08f14e9319e957e61b879ae2b3d4f76c593a9a2029bd1b2b65bda",
    "text,objects": "1d9ba8d3b37d527cf717467a73b55c6c92fb258e54e22168b0e456a6deebb3e8",
    "meaning": "b8c3a41041706553abb83d569afdb4bf57d222a09e6ad77987190c5f2e17efd2",
}


def keys(settings: Settings, *names: str) -> dict[str, str]:
    return stage_keys(plan(names, settings), "v", lambda name: f"hash of {name}")


@pytest.mark.parametrize(("settings", "kept"), [(Settings(), USUAL), (EVERY_OTHER_SETTING, OTHER)])
def test_what_libraries_keep_stays_valid(settings: Settings, kept: dict[str, str]) -> None:
    assert keys(settings, *STAGES) == kept


@pytest.mark.parametrize("names", MEANINGS)
def test_what_some_stages_mean_stays_valid(names: str) -> None:
    assert keys(Settings(), *names.split(","))["meaning"] == MEANINGS[names]
