"""Copies that are ready."""

import json
from contextlib import suppress
from pathlib import Path

from passerby.export.document import Document
from passerby.service.unknown import UnknownError
from passerby.store.store import Store


class Copies:
    """The redacted copies of a library."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def every(self, video: str = "", *, only_passed: bool = False) -> list[Document]:
        """The copies that are ready, of a video or of all, newest first; those alone in which nothing was found."""
        with Store.open(self._folder, create=False) as store:
            found = [owned for owned in store.files.every("copy", video) if owned.ready]
            root = store.files.root()
        documents = []
        for owned in found:
            with suppress(FileNotFoundError):  # it is being forgotten
                manifest = json.loads((root / owned.path / "manifest.json").read_text("utf-8"))
                documents.append(
                    {
                        "id": Path(owned.path).name,
                        "video": owned.video,
                        "name": manifest["copy"]["name"],
                        "created": owned.created,
                        "passed": manifest["audit"]["pass"],
                        "summary": manifest["summary"],
                    }
                )
        return [document for document in documents if document["passed"] or not only_passed]

    def get(self, copy: str, *, only_passed: bool = False) -> Document:
        """Raises UnknownError."""
        found = next((each for each in self.every(only_passed=only_passed) if each["id"] == copy), None)
        if found is None:
            raise UnknownError(f"there is no copy {copy} (any more)")
        return found

    def file(self, copy: str, what: str) -> Path:
        """The copy itself, its plan or its manifest. Raises UnknownError."""
        found = self.get(copy)
        names = {"media": found["name"], "plan": f"{found['name']}.plan.json", "manifest": "manifest.json"}
        file = self._folder / "copies" / copy / str(names[what])
        if not file.is_file():  # it is being forgotten, or was taken away by hand
            raise UnknownError(f"there is no copy {copy} (any more)")
        return file

    def remove(self, copy: str) -> None:
        self.get(copy)
        with Store.open(self._folder, create=False) as store:
            store.files.drop("copy", copy)
