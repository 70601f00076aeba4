"""A tiny pair of encoders for images and texts: pictures by their mean colour, texts by the colours that they name."""

from pathlib import Path

import numpy as np
from onnx import helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from passerby.records import Floats
from tiny_graphs import Array, Value, channel_means, from_means, save_graph

COLOURS = {"red": (200, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 200)}
_END, _OTHER = "[end]", "[other]"


def make_pair(folder: Path, *, masked: bool = False) -> Path:
    """Write the three files of a pair that is exported as CLIP's is; ``masked``, with an ``attention_mask``.

    Of the four numbers of a vector three are of the colour and the last of nothing in particular, which is all that
    texts without colours have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base, slopes = np.array([[0, 0, 0, 1]], np.float32), np.eye(3, 4, dtype=np.float32)
    nodes, stored = from_means("image_embeds", base, slopes)
    save_graph(
        folder / "vision_model.onnx",
        [*channel_means("pixel_values"), *nodes],
        {"pixel_values": (np.float32, ("n", 3, "h", "w"))},
        {"image_embeds": (np.float32, (1, 4))},
        stored,
    )
    _save_texts(folder / "text_model.onnx", masked=masked)
    _save_tokenizer(folder / "tokenizer.json")
    return folder


def _save_texts(path: Path, *, masked: bool) -> None:
    """Adds up what the tokens stand for: the end for nothing, other words for nothing in particular."""
    inputs = ["input_ids", "attention_mask"] if masked else ["input_ids"]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["states"])]
    if masked:
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["counts"], to=1),
            helper.make_node("Unsqueeze", ["counts", "last"], ["column"]),
            helper.make_node("Mul", ["states", "column"], ["counted"]),
        ]
    states = "counted" if masked else "states"
    nodes.append(helper.make_node("ReduceSum", [states, "middle"], ["text_embeds"], keepdims=0))
    taken: dict[str, Value] = dict.fromkeys(inputs, (np.int64, ("n", "t")))
    outputs: dict[str, Value] = {"states": (np.float32, ("n", "t", 4)), "text_embeds": (np.float32, ("n", 4))}
    stored: dict[str, Array] = {"table": _table(), "middle": np.array([1], np.int64), "last": np.array([-1], np.int64)}
    save_graph(path, nodes, taken, outputs, stored)


def _table() -> Floats:
    """A row a token: the end, other words, then the colours as CLIP's mean and deviation make them, about."""
    colours = [[2 if level > 100 else -2 for level in colour] + [0] for colour in COLOURS.values()]
    return np.array([[0, 0, 0, 0], [0, 0, 0, 0.2], *colours], np.float32)


def _save_tokenizer(path: Path) -> None:
    vocabulary = {token: number for number, token in enumerate([_END, _OTHER, *COLOURS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=_OTHER))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single=f"$A {_END}", special_tokens=[(_END, 0)])
    tokenizer.enable_padding(length=9, pad_id=1)  # as it lies in files that were used for training
    tokenizer.save(str(path))
