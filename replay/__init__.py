"""Recordings once more: watched, re-run in a real browser without a model, exported, checked, put in order.

shop       the sandbox shop as it was when a session was recorded
names      the recorded target on the page as it is now, also where its name moved
comparison what is the same, step by step, and what is not
rerun      the session once more: the same loop, the recorded decisions
told       the result in words
folders    recordings in a folder: listed, verified, pruned, packed
commands   `simagent replay` and `simagent recordings`
"""
