"""From a plan to the copy: what the plan hides is hidden in every frame, and nothing is looked for.

All frames are encoded again; or, where the original allows it, the groups of pictures alone in which something is
hidden.
"""

from dataclasses import replace
from pathlib import Path

from passerby.errors import GopCopyError
from passerby.media.write.containers import kind_of_file
from passerby.media.write.encoders import AS_USUAL, CodingWish
from passerby.media.write.other_streams import CoverChange
from passerby.progress import OnSeconds
from passerby.redact.make.encode_all import encode_all
from passerby.redact.make.rendered import Rendered
from passerby.redact.make.splice_groups import splice_groups
from passerby.redact.plan.plan import Plan


def render(
    source: Path,
    target: Path,
    plan: Plan,
    on_progress: OnSeconds,
    *,
    allow_copy: bool = True,
    cover: CoverChange | None = None,
    coding: CodingWish = AS_USUAL,
) -> Rendered:
    """Write the copy of ``source`` that ``plan`` asks for to ``target``; after an error there is no file there.

    ``allow_copy``: whether groups of pictures may be copied as they are; they are not where ``coding`` asks for another
    codec or quality than usual. ``cover`` makes what is kept of cover
    pictures, of which a plan tells nothing; without it they are kept as they are. Raises UsageError for a target whose
    suffix stands for no kind of file, MediaError when the original cannot be read, OutputError when it is not what it
    was when the plan was made, or when the copy cannot be written.
    """
    why = ""
    if allow_copy and coding == AS_USUAL and kind_of_file(target).encoders.get("h264"):
        try:
            return splice_groups(source, target, plan, on_progress, cover)
        except GopCopyError as error:
            why = str(error)
    rendered = encode_all(source, target, plan, on_progress, cover, coding)
    return replace(rendered, notes=(*rendered.notes, f"all of it is encoded again: {why}")) if why else rendered
