"""A video of the library, as commands take it."""

from typing import Annotated

import typer

from passerby.cli.complete import video_names

VideoArgument = Annotated[str, typer.Argument(help="A path, a name or the start of an id.", autocompletion=video_names)]
VideosArgument = Annotated[
    list[str] | None, typer.Argument(help="A path, a name or the start of an id.", autocompletion=video_names)
]
