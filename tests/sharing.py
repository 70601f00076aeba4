"""The server as a process of its own, and a browser, for tests of the page that shares videos."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(library: Path) -> Iterator[str]:
    """The address of ``passerby serve`` with a library of its own, until the end of the block."""
    command = [sys.executable, "-m", "passerby", "serve", "--port", "0"]
    environment = os.environ | {"PASSERBY_LIBRARY": str(library), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        seen = []
        try:
            for line in server.stdout:
                seen.append(line)
                if "serving at http" in line:
                    yield line.split("serving at ")[1].split()[0]
                    break
            else:
                raise AssertionError(f"expected an address, found {seen}")
        finally:
            server.terminate()
