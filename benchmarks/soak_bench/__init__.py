"""What `python -m benchmarks.soak` is made of.

wandering   a policy that does anything that the page allows, at random
visits      the sessions: reciting, wandering, or the real model's; each marked in its own start address
agreement   each recording held against the shop's own books
leaks       memory, files, processes, windows and tasks, again and again
"""
