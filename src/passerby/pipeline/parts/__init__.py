"""Long videos in parts: several workers on one video, whose records are those of one worker.

What depends on all that was before (which frames are sampled, where cuts are) is found in a first pass, ``survey.py``.
Then each part is worked on by itself, ``part.py``, and what links the parts is done in order over what they have found,
``join.py``. docs/decisions/0041 says why.
"""
