"""Where jobs run: an executor gives them their processes and knows nothing of what they do.

Another one is a file here, with a class as `base.Executor` describes it, and its line in `base.EXECUTORS`.
"""
