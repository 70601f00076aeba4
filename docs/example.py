# %% [markdown]
# # Passerby from Python
#
# Put some videos into a folder called `footage`, then run this cell by cell, in a notebook or an editor that knows
# cells, or as a whole: `python example.py`. Results show themselves as tables in a notebook. Their pictures are those
# that the library keeps, in which people are masked.

# %%
from pathlib import Path

import passerby

library = passerby.open("footage-library")

# %% [markdown]
# ## Index
#
# What is in the library already is not done again. A file that cannot be used is an outcome, and no error.

# %%
for outcome in library.add("footage"):
    print(outcome.path.name, outcome.status, outcome.message)

# %% [markdown]
# ## Search
#
# Words, what they mean, labels, what is said or on screen. Each hit says why it was found.

# %%
found = library.search("street")
for hit in found:
    print(f"{hit.name} {hit.start:.1f}-{hit.end:.1f} s: {'; '.join(hit.why)}")

found

# %%
if found and found[0].thumbnail is not None:
    Path("first-hit.jpg").write_bytes(found[0].thumbnail.jpeg)

# %% [markdown]
# ## What is known of a video
#
# Times are seconds; boxes are pixels of the upright frame.

# %%
(video, *_) = library.videos()
known = library.show(video)
print(known)
for thing in known.objects:
    print(thing.label, f"{thing.score:.2f}", thing.start, thing.end, len(thing.boxes or ()))

# %%
Path("street.csv").write_bytes(library.export(video, "csv"))

# %% [markdown]
# ## Make a copy that is safer to share
#
# It fails closed: after an error there is no copy. With `audit=True`, every frame is looked at again, and a copy in
# which a face shows raises `LeakError`.

# %%
copy = passerby.redact(
    video.path,
    "safe.mp4",
    hide=["faces", "people"],
    zones=["0,0,40,20@0:00-0:02"],
    overwrite=True,
    on_progress=lambda progress: None,
)
for line in copy.warnings:
    print("warning:", line)
for line in copy.summary:
    print(line)

# %%
audit = passerby.audit("safe.mp4", original=video.path, plan="safe.mp4.plan.json")
print(audit.state, "-", audit.verdict)

# %% [markdown]
# ## The same as JSON
#
# Each result makes the document that the command line prints with `--json`.

# %%
print(sorted(copy.document()))

# %% [markdown]
# ## Forget
#
# The file stays; nothing of it is left in the library.

# %%
print("forgotten:", library.forget(video).name)
