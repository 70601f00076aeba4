"""Whether a browser plays a spliced video: through it and by seeking, every picture in its place."""

import base64
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium.webdriver import Chrome

from browser import open_browser, served
from clips import make_clip
from gop_clips import GROUPED, spliced
from passerby.media.gop.gops import plan_gops
from pictures import Pixels, number_of, texture

_SIZE = GROUPED["size"]

_PAGE = """<!doctype html><title>a clip</title><video muted width=160></video><canvas></canvas><script>
const video = document.querySelector("video"), canvas = document.querySelector("canvas");
const until = (name) => new Promise((done, failed) => {
  video.addEventListener(name, done, {once: true});
  video.addEventListener("error", () => failed(Error(video.error.message)), {once: true});
});
async function load(url) {  // as a blob, which can be sought in without a server that knows ranges
  const ready = until("loadeddata");
  video.src = URL.createObjectURL(await (await fetch(url)).blob());
  await ready;
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  return video.duration;
}
async function play() {
  const ended = until("ended");
  await video.play();
  await ended;
  const counts = video.getVideoPlaybackQuality();
  return [counts.totalVideoFrames, counts.corruptedVideoFrames];
}
async function see(seconds) {
  const there = until("seeked");
  // On a busy machine the new picture may come a little after the end of the seeking.
  const shown = new Promise((done) => { video.requestVideoFrameCallback(done); setTimeout(done, 2000); });
  video.currentTime = seconds;
  await Promise.all([there, shown]);
  const context = canvas.getContext("2d", {willReadFrequently: true});
  context.drawImage(video, 0, 0);
  return btoa(String.fromCharCode(...context.getImageData(0, 0, canvas.width, canvas.height).data));
}
</script>"""


@pytest.mark.parametrize("hidden", [(8, 23), (0, 39)], ids=["within", "first and last"])
def test_a_browser_plays_a_splice_and_seeks_to_each_of_its_frames(tmp_path: Path, hidden: tuple[int, int]) -> None:
    clip = make_clip(tmp_path / "a.mp4", **{**GROUPED, "picture": texture(_SIZE)})
    times = {plan_gops(clip).layout.info.time_base.ticks(Fraction(frame, 24)) for frame in hidden}
    assert spliced(clip, tmp_path / "b.mp4", times.__contains__, lambda frame: frame.picture).sum() == 2
    (tmp_path / "index.html").write_text(_PAGE)
    with served(tmp_path) as address, open_browser(tmp_path / "profile") as browser:
        browser.get(f"{address}/index.html")
        assert abs(_run(browser, "load('b.mp4')") - 40 / 24) < 0.01
        shown, corrupted = _run(browser, "play()")
        assert shown >= 30  # a busy machine may be late for some
        assert corrupted == 0
        for frame in (*range(0, 40, 2), *range(39, 0, -2)):
            assert number_of(_seen(browser, (frame + 0.5) / 24)) == frame


def _seen(browser: Chrome, seconds: float) -> Pixels:
    data = base64.b64decode(_run(browser, f"see({seconds})"))
    return np.frombuffer(data, np.uint8).reshape(_SIZE[1], _SIZE[0], 4)[..., :3]


def _run(browser: Chrome, call: str) -> Any:
    """What an async function of the page gives."""
    told = "(value) => arguments[0]([value, null]), (error) => arguments[0]([null, String(error)])"
    value, error = browser.execute_async_script(f"{call}.then({told})")
    assert error is None, error
    return value
