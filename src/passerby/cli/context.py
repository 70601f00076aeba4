"""What the options before the command say, and how a command gets at the library by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import typer

from passerby.callers import CONSOLE
from passerby.cli.output import print_error
from passerby.configuration import Configuration, configured
from passerby.settings import Settings

if TYPE_CHECKING:
    from passerby.accounts import Accounts
    from passerby.evidence.custody import Custody
    from passerby.library import Library
    from passerby.redaction import Redaction
    from passerby.service.shares import Shares

Loudness = Literal["quiet", "usual", "verbose"]


@dataclass(frozen=True, slots=True)
class Context:
    """The options before the command."""

    library: str | None = None
    blobs: str | None = None
    quiet: bool = False
    verbose: bool = False
    debug: bool = False

    @property
    def loudness(self) -> Loudness:
        """How much is told of work that takes long."""
        return "quiet" if self.quiet else "verbose" if self.verbose else "usual"

    def settings(self, **overrides: object) -> Settings:
        """The settings of this run: options, environment, files, defaults."""
        return self.configuration(**overrides).settings

    def configuration(self, **overrides: object) -> Configuration:
        """Those, and where each is from."""
        return configured({"library": self.library, "blobs": self.blobs, **overrides})

    def open_library(self, **overrides: object) -> Library:
        """The library that the options name. Imported here, so that ``--help`` loads no model code."""
        from passerby.library import Library
        from passerby.store.library import may_be_written, require_blobs

        settings = self.settings(**overrides)
        if not self.quiet and not may_be_written(settings.library):
            print_error(
                f"passerby: {settings.library}: may not be written: it is read, and nothing is noted in its log"
            )
        require_blobs(settings.library, settings.blobs)
        return Library(settings, CONSOLE)

    def open_redaction(self, **overrides: object) -> Redaction:
        """What makes and audits copies."""
        from passerby.redaction import Redaction

        return Redaction(self.open_library(**overrides))

    def open_accounts(self) -> Accounts:
        """The users of that library."""
        from passerby.accounts import Accounts

        return Accounts(self.settings())

    def open_shares(self) -> Shares:
        """Its links to safe copies."""
        from passerby.service.copies import Copies
        from passerby.service.shares import Shares

        library, custody = self.settings().library, self.open_custody()
        return Shares(library, Copies(library, custody), custody)

    def open_custody(self) -> Custody:
        """Its log."""
        from passerby.evidence.custody import Custody

        return Custody(self.settings().library)


def context_of(context: typer.Context) -> Context:
    """The options before the command, from Typer's own context."""
    found: Context = context.obj
    return found
