"""``passerby labels``."""

import typer

from passerby.cli.context import context_of
from passerby.cli.label_counts import label_counts
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.store.listing import MOST_LABELS


def labels(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the labels that videos have, of objects, tags and what people said, with how many videos have each."""
    counts = label_counts(context_of(context).open_library())
    if as_json:
        print_json({"labels": [{"label": label, "videos": videos} for label, videos in counts]})
        return
    table([("LABEL", "VIDEOS"), *((clean(label), str(videos)) for label, videos in counts)])
    if len(counts) == MOST_LABELS:
        typer.echo(f"the {MOST_LABELS} most frequent; the shell completes more behind `passerby search --label`")
