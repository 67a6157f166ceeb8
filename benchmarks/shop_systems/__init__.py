"""A whole purchase in a shop system that nobody here wrote: `python -m benchmarks.shop_systems`.

django_oscar django-oscar in an environment of its own, filled and served on loopback
oscar_site   its settings, its addresses and its goods; run by that environment, not by ours
purchase     what is recited: the purchase by names alone
participant  what a person does: the same purchase with raw mouse and keyboard events
raw_input    a window that somebody else opened, spoken to in the browser's own protocol
trials       each of the commands, run as its users run it, and what came of it
"""
