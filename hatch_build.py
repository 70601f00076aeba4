"""What a release says of where it is from: its addresses, and its README with links that lead there.

No address of the project stands in the code: who releases it names the repository, as ``make dist
REPOSITORY=https://github.com/OWNER/passerby`` does, and GitHub's own builds do by themselves. Without one there are no
addresses, and links to other files are plain words.
"""

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE_LINK = re.compile(r"\[([^\]]+)\]\((?![a-z]+:|#)([^)\s]+)\)")


class ReleaseMetadata(MetadataHookInterface):
    """Fills in ``readme`` and ``urls``, which pyproject.toml leaves to it."""

    def update(self, metadata: dict[str, Any]) -> None:
        version, home = metadata["version"], repository()
        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": with_links(text, home, version)}
        metadata["urls"] = urls(home)


def repository() -> str:
    """The address of the repository that is released; empty if nobody says."""
    if named := os.environ.get("PASSERBY_REPOSITORY", ""):
        return named.rstrip("/")
    server, name = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    return f"{server}/{name}" if server and name else ""


def urls(home: str) -> dict[str, str]:
    if not home:
        return {}
    return {
        "Homepage": home,
        "Documentation": f"{home}/blob/main/docs/README.md",
        "Source": home,
        "Issues": f"{home}/issues",
        "Changelog": f"{home}/blob/main/CHANGELOG.md",
        "Security": f"{home}/security/policy",
    }


def with_links(text: str, home: str, version: str) -> str:
    """A page whose links to files of the repository lead to those of this version, or are plain words."""
    return _RELATIVE_LINK.sub(rf"[\1]({home}/blob/v{version}/\2)" if home else r"\1", text)
