"""The keys under which libraries keep what stages found: a change here has every library do that work again.

Made with the version that kept them first. A stage whose records change on purpose gets a higher ``version``, and its
new key here. That of ``zero-shot`` changes with its names, and with it, where that stage runs too, that of ``meaning``.
"""

import pytest

from passerby.pipeline.keys import plan, stage_keys
from passerby.settings import Settings
from passerby.stages import STAGES

USUAL = {
    "shots": "e2778ea1744b31ec4c4551c3480681cc2b1ce7a0aa032aad99391cf0a9aeb581",
    "people": "a60b194475c54e2907e6fda7317115662e5906a6bd717209f892236300e4ea5b",
    "objects": "de96bf314f312b5d5090522a2ffaf462d4795fa9b01d2ee2d01455faec6892da",
    "tags": "f1c0174ffb8d80e0e617d1671dc9e12600a214d1a0a24ccca8bfd1c1ee6bf64d",
    "zero-shot": "c67c09a6fdb710d7c568bc864f2e714f5e0ac694a0c49f8c3718fe8228b8ff81",
    "vectors": "9be57f3b557b06538103b51cb6a212c0ed00fb783144c85528b3ea660e070aea",
    "looks": "c58ee27d8e7a0e68f70045367dea6eb45d0803618e6153c6f9eff78b611ef4d7",
    "thumbnails": "6b75fcc5cd7b6988744116b182f8cfdf473f66cff566e33187f06568a988b0f4",
    "text": "08c6be98a9238d8409275fc8ce2d8999ddb2e41a82ee23dfbe13f368cee9dacc",
    "speech": "64b1a8430568ef338adfd87cb1bcd81c98aa2d358849a71129286c422125625d",
    "meaning": "c061b9d084c7c5c222da50c1daa596ac1b4022fa2a912137194a65684444b2d0",
}
OTHER = {
    "shots": "e2778ea1744b31ec4c4551c3480681cc2b1ce7a0aa032aad99391cf0a9aeb581",
    "people": "ac4c17f4c5be2d3ee7f2000cdbae284b4bdd4017272176bb146a79978b288072",
    "objects": "96d8d585af1ab80f8214ac8d463db192636e10ff9a5b423a749f9db67302c958",
    "tags": "3f94ffb3a60132deb85d6bd55d80ce37466b786f49fb2f861aebbb8db3c7466e",
    "zero-shot": "2527e1f98099dd22d1bbfcde7c2bfca9ba7416735a7c810e560c4ab63a53d19a",
    "vectors": "d2554c9200693cbb5e7c1932d2fbd9bfeb7cd97be6a5dfaa3ab65c4ff6167aac",
    "looks": "49d0631df244ec5e3d68cb32963df5c3ed69c11d8d1aaa1b820ccc9c54b47a7f",
    "thumbnails": "e9ffda8fdcd5caaec6be849f3b82330f9a69ea7cce7b3ccaee2035f7a1fbdb22",
    "text": "aac8a6bd816063d36f98bd0c20531fe75f0cd942cf9180702171d8b73f37794d",
    "speech": "a4d962bff63f30fa043522697e25f10cccee7a971d43f62b38ca55e57ae5ef33",
    "meaning": "13c564a31b955dcb58223668c0deb072fcb15f94cc246cfea05d0a8809d62ad5",
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
    "tags": "ee81593b330d51df09497376bdb88f5b42a5190c83c1912df68defa503bb75a9",
    "speech": "bd0daec841f9219d81ac96bc5072eea5455e5c17ed5610d4150610c4336ff9b3",
    "text,objects": "33aba4ca519aff9daa0ada6e027b0768eabfa57a645c1279354340773b8f8a75",
    "meaning": "4023fd03f49a3337224d77dc50b754b1877b0a45f164d1e800e87a695bd31f43",
}


def keys(settings: Settings, *names: str) -> dict[str, str]:
    return stage_keys(plan(names, settings), "v", lambda name: f"hash of {name}")


@pytest.mark.parametrize(("settings", "kept"), [(Settings(), USUAL), (EVERY_OTHER_SETTING, OTHER)])
def test_what_libraries_keep_stays_valid(settings: Settings, kept: dict[str, str]) -> None:
    assert keys(settings, *STAGES) == kept


@pytest.mark.parametrize("names", MEANINGS)
def test_what_some_stages_mean_stays_valid(names: str) -> None:
    assert keys(Settings(), *names.split(","))["meaning"] == MEANINGS[names]
