"""What processes do in tests, most of it wrong; in a module that they can import."""

import os
import signal
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from passerby.errors import UsageError


def say(words: list[str], connection: Connection) -> None:
    for word in words:
        connection.send(word)
    threading.Event().wait()


def die(code: int, connection: Connection) -> None:
    connection.send("last words")
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)


def start_another(connection: Connection) -> None:
    connection.send(subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"]).pid)
    threading.Event().wait()


def start_another_and_die(connection: Connection) -> None:
    connection.send(subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"]).pid)
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt_itself(connection: Connection) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    connection.send("still here")


def fill_the_memory(connection: Connection) -> None:
    connection.send("begun")
    hoard(Path())


def answer(connection: Connection) -> None:
    while True:
        connection.send(connection.recv() * 2)


def name_of(path: Path, suffix: str) -> str:
    return path.name + suffix


def process_of(path: Path) -> int:
    return os.getpid()


def hang(path: Path) -> None:
    threading.Event().wait()


def crash(path: Path) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hoard(path: Path) -> None:
    kept = []
    while True:
        kept.append(bytearray(b"x" * (10 << 20)))


def take_too_much(path: Path) -> None:
    raise MemoryError


def refuse(path: Path) -> None:
    raise UsageError("not this one")
