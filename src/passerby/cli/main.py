"""``passerby``: the command line. Each command has a file of its own; here they meet, and errors become exit codes."""

import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from passerby.cli import (
    add,
    audit,
    chapters,
    collection,
    config,
    doctor,
    evidence,
    export,
    forget,
    labels,
    listing,
    log,
    mcp,
    models,
    redact,
    search,
    serve,
    share,
    show,
    tag,
    teach,
    transcript,
    trash,
    users,
    verify,
    watch,
)
from passerby.cli import (
    library as libraries,
)
from passerby.cli.command_classes import as_passerby
from passerby.cli.context import Context
from passerby.cli.interrupts import InterruptError
from passerby.cli.output import clean, print_error
from passerby.cli.shared_options import BlobsOption, DebugOption, LibraryOption, QuietOption, VerboseOption
from passerby.errors import LeakError, MissingExtraError, MissingModelError, PasserbyError, UsageError
from passerby.version import __version__

DONE, SOME_FAILED, WRONG_USAGE, LEAK, MODEL_MISSING = 0, 1, 2, 3, 4
INTERRUPTED = 130  # Typer's, and the shell's, for Ctrl-C
# The first class that an error is an instance of decides.
EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (UsageError, WRONG_USAGE),
    (LeakError, LEAK),
    (MissingModelError, MODEL_MISSING),
    (MissingExtraError, MODEL_MISSING),
    (PasserbyError, SOME_FAILED),
)

app = typer.Typer(
    name="passerby",
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
    help="Search your footage. The people in it stay passers-by.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"passerby {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    library: LibraryOption = None,
    blobs: BlobsOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    debug: DebugOption = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = Context(library=library, blobs=blobs, quiet=quiet, verbose=verbose, debug=debug)


app.command("add")(add.add)
app.command("list")(listing.list_videos)
app.command("show")(show.show)
app.command("labels")(labels.labels)
app.command("search")(search.search)
# A label that does not fit begins as an option does.
app.command("tag", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})(tag.tag)
app.command("transcript")(transcript.transcript)
app.command("chapters")(chapters.chapters)
app.command("teach")(teach.teach)
app.command("forget")(forget.forget)
app.command("export")(export.export)
app.command("redact")(redact.redact)
app.command("audit")(audit.audit)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.command("config")(config.config)
app.command("doctor")(doctor.doctor)
app.add_typer(models.app, name="models")
app.add_typer(users.app, name="users")
app.add_typer(share.app, name="share")
app.add_typer(libraries.app, name="library")
app.add_typer(collection.app, name="collection")
app.add_typer(trash.app, name="trash")
app.add_typer(evidence.app, name="evidence")
app.command("verify")(verify.verify)
app.add_typer(watch.app, name="watch")
app.command("log")(log.log)
as_passerby(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: with one line on stderr for an error, and no traceback without ``--debug``."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A file's name need not be valid Unicode; what stands for such bytes is written as JSON can be read.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = typer.main.get_command(app).main(args=list(arguments), prog_name="passerby", standalone_mode=False)
    except typer.TyperException as error:
        _complain(_wrong_usage(error))
        sys.exit(WRONG_USAGE)
    except InterruptError as error:
        _complain(f"interrupted; {error}")
        sys.exit(INTERRUPTED)
    except (PasserbyError, OSError) as error:  # OSError: a full disk behind stdout, or a file that nobody looks after
        if "--debug" in arguments:
            for line in traceback.format_exc().splitlines():
                print_error(line)
        _complain(str(error) if isinstance(error, PasserbyError) else _in_words(error))
        sys.exit(next((code for kind, code in EXIT_CODES if isinstance(error, kind)), SOME_FAILED))
    if code == INTERRUPTED:
        _complain("interrupted; what was finished is kept")
    sys.exit(code or DONE)


def _in_words(error: OSError) -> str:
    """What the operating system could not do; without a file, it was to print."""
    where = "the output" if error.filename is None else clean(os.fsdecode(error.filename))
    return f"{where}: expected it to be read or written, found: {error.strerror or error}"


def _wrong_usage(error: typer.TyperException) -> str:
    """What is wrong with a command, what may have been meant, and where its help is."""
    near = getattr(error, "possibilities", None)
    message = (
        f"{getattr(error, 'message', error)}; did you mean {' or '.join(near)}?" if near else error.format_message()
    )
    where = getattr(error, "ctx", None)
    message = message.replace(". Did you mean", "; did you mean").rstrip(".")
    help_of = f"`{'passerby' if where is None else where.command_path} --help`"
    return f"{message} See {help_of}" if message.endswith("?") else f"{message}; see {help_of}"


def _complain(message: str) -> None:
    print_error(f"passerby: {' '.join(message.split())}")
