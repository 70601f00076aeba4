"""Does what deploy/Containerfile says without a container engine, and then runs the image as one would.

    python3 -m scripts.try_container [--folder DIR]

The base image is made by ``debootstrap`` from Debian's packages; each stage of the file is a copy of it, and each RUN
runs there in a namespace of its own. Then the image runs as its user, with a root that cannot be written and without a
network: it adds a made clip, finds it again, redacts it, and serves its health. Needs Linux, root and debootstrap.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent.parent
CONTAINERFILE = HERE / "deploy" / "Containerfile"
# Whom this machine trusts, for pip, which may have to ask a registry of the house; it is not in the image.
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
TRUSTED = "/tmp/trusted.crt"
TRUST = dict.fromkeys(("PIP_CERT", "REQUESTS_CA_BUNDLE"), TRUSTED)
KNOWN = {"FROM", "RUN", "WORKDIR", "COPY", "ARG", "ENV", "USER", "EXPOSE", "ENTRYPOINT", "CMD"}

# What the image is asked for; $F is a folder with a clip, read only.
TRIALS = (
    ("it tells its version", "passerby --version"),
    ("the library that it makes is whole", "passerby add $F/clip.mkv && passerby doctor"),
    ("all of the clip was looked at", "passerby show clip.mkv --json | grep '\"frames\": 100'"),
    ("a clip can be redacted and audited", "passerby redact $F/clip.mkv -o /library/safe.mp4"),
    ("a server answers", "passerby serve & server=$!; trap 'kill $server' EXIT; python3 -c \"$HEALTH\""),
    ("nothing else can be written", "! touch /opt/passerby/there 2>/dev/null && ! touch /there 2>/dev/null"),
    (
        "there is no network",
        "! python3 -c 'import socket; socket.create_connection((\"192.0.2.1\", 80), 3)' 2>/dev/null",
    ),
    ("a cluster of Ray begins and ends", "passerby --library /library/second add $F/clip.mkv --engine ray"),
)
HEALTH = """
import time, urllib.request
for _ in range(600):
    try:
        print(urllib.request.urlopen("http://127.0.0.1:8470/api/v1/health").read().decode()); break
    except OSError:
        time.sleep(0.1)
else:
    raise SystemExit("no answer")
"""


@dataclass(frozen=True)
class Step:
    """One instruction of a container file, and what follows it."""

    instruction: str
    value: str


@dataclass
class Stage:
    """A stage of the image while it is made: its root, and what instructions have set."""

    root: Path
    folder: str = "/"
    user: str = "0"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

    def run(self, command: str, *, mounts: Sequence[tuple[Path, str]] = (), is_sealed: bool = False) -> None:
        """Run a command in it, as its user; sealed: with no network and a root that cannot be written."""
        namespace = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *(["--net"] if is_sealed else [])]
        subprocess.run([*namespace, "sh", "-ec", self._script(command, mounts, is_sealed)], check=True)

    def _script(self, command: str, mounts: Sequence[tuple[Path, str]], is_sealed: bool) -> str:
        root = shlex.quote(str(self.root))
        lines = [f"mount --bind {root} {root}", f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
        lines += [f"mount --bind {shlex.quote(str(path))} {root}{target}" for path, target in mounts]
        if is_sealed:
            lines += ["ip link set lo up", f"mount -t tmpfs tmpfs {root}/tmp"]
            lines += [f"mount -o remount,bind,ro {root}"]
        else:
            lines += [f"cp /etc/resolv.conf {root}/etc/resolv.conf", f"cp {CERTIFICATES} {root}{TRUSTED}"]
        environment = self.environment if is_sealed else TRUST | self.environment
        setting = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
        inside = f"cd {shlex.quote(self.folder)} && {command}"
        chroot = f"{shutil.which('chroot')} --userspec={self.user}:{self.user} {root}"
        lines.append(f"exec env -i {setting} {chroot} sh -ec {shlex.quote(inside)}")
        return "\n".join(lines)


def steps_of(text: str) -> Iterator[Step]:
    """The instructions of a container file, in order. Raises ValueError for one that nothing here can do."""
    joined = re.sub(r"\s*\\\n\s*", " ", text)
    for line in joined.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        instruction, _, value = line.partition(" ")
        if instruction not in KNOWN:
            raise ValueError(f"{instruction}: expected one of {', '.join(sorted(KNOWN))}")
        yield Step(instruction, value.strip())


def build(steps: Sequence[Step], base: Path, folder: Path) -> Stage:
    """The last stage, made in ``folder`` from the files of the base image."""
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    for step in steps:
        print(f"{step.instruction} {step.value[:110]}", flush=True)
        if step.instruction == "FROM":
            stage = Stage(folder / f"stage-{len(stages)}")
            shutil.rmtree(stage.root, ignore_errors=True)
            subprocess.run(["cp", "-a", "--reflink=auto", base, stage.root], check=True)
            stages[step.value.partition(" AS ")[2] or "last"] = stage
        else:
            _do(step, stage, stages)
    return stage


def _do(step: Step, stage: Stage, stages: Mapping[str, Stage]) -> None:
    match step.instruction:
        case "RUN":
            stage.run(step.value)
        case "WORKDIR":
            stage.folder = step.value
            (stage.root / step.value.lstrip("/")).mkdir(parents=True, exist_ok=True)
        case "COPY":
            _copy(step.value.split(), stage, stages)
        case "ENV":
            stage.environment |= dict(re.findall(r"(\w+)=(\S+)", step.value))
        case "ARG":
            name, _, value = step.value.partition("=")
            stage.environment[name] = value.strip('"')
        case "USER":
            stage.user = step.value


def _copy(values: list[str], stage: Stage, stages: Mapping[str, Stage]) -> None:
    if values[0].startswith("--from="):
        source = stages[values[0].removeprefix("--from=")].root / values[1].lstrip("/")
        subprocess.run(["cp", "-a", source, stage.root / values[2].lstrip("/")], check=True)
        return
    target = stage.root / stage.folder.lstrip("/")
    files = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=HERE, check=True, capture_output=True
    )
    subprocess.run(
        ["cp", "-a", "--parents", *files.stdout.decode().rstrip("\0").split("\0"), target], cwd=HERE, check=True
    )


def try_image(image: Stage, folder: Path) -> None:
    """Run the image in the ways of TRIALS. Raises CalledProcessError where one fails."""
    library, footage = folder / "library", folder / "footage"
    for path in (library, footage):
        path.mkdir(exist_ok=True)
    os.chown(library, int(image.user), int(image.user))
    (image.root / "footage").mkdir(exist_ok=True)
    make_clip(footage / "clip.mkv")
    image.environment |= {"F": "/footage", "HEALTH": HEALTH, "HOME": "/tmp"}
    for meaning, command in TRIALS:
        print(f"-- {meaning}", flush=True)
        image.run(command, mounts=[(library, "/library"), (footage, "/footage")], is_sealed=True)


def make_clip(path: Path) -> None:
    """Four seconds of a moving test card, with a tone."""
    card = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *card, "-t", "4", "-c:v", "mpeg4", "-c:a", "aac", path], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, help="Where to work, and keep what was made; else a temporary folder.")
    asked = parser.parse_args()
    if os.geteuid() or not shutil.which("debootstrap"):
        sys.exit("expected root, and debootstrap (Debian: apt-get install debootstrap)")
    steps = list(steps_of(CONTAINERFILE.read_text()))
    with tempfile.TemporaryDirectory() as name:
        folder: Path = asked.folder or Path(name)
        base = folder / "base"
        if not base.exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                ["debootstrap", "--variant=minbase", _release(steps), base], check=True, stdout=subprocess.DEVNULL
            )
        image = build(steps, base, folder)
        print(json.dumps({"megabytes": round(_size(image.root) / 1e6), "user": image.user}))
        try_image(image, folder)


def _release(steps: Sequence[Step]) -> str:
    """The release of Debian that all stages are of."""
    (release,) = {
        re.split(r"[:\s]", step.value)[1].removesuffix("-slim") for step in steps if step.instruction == "FROM"
    }
    return release


def _size(root: Path) -> int:
    return sum(path.lstat().st_size for path in root.rglob("*") if not path.is_symlink())


if __name__ == "__main__":
    main()
