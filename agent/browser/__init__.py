"""The shopper's browser: one Chromium, a window of its own for every shopper, and what the two do together.

`open_browser` starts Chromium, `Browser.visit` opens a fresh window (no cookies, no history) on a shop's
start page, and the `Tab` that comes out of it is all that the loop knows: it looks (`observe`) and acts
(`perform`). `Browser.attend` opens one for a person, and the `AttendedWindow` says what they do in it.

    settings   what can be chosen, and the deadlines
    device     what kind of window a shopper has
    launch     Chromium's start, and a visit's
    tab        the shopper's window: looking at the page in front, and acting on it
    deed       one action, from the page before it to its outcome
    grip       an element in hand
    acting     what the hand does: pressing, choosing, typing
    scrolling  the page moved by most of a window
    pages      the window's pages: which is in front, those that open and close
    settling   when a page has come to rest
    watching   what a page does of its own accord: navigations, requests, dialogs, downloads
    site       which addresses belong to the shop
    terms      what may be done there
    openings   windows that pages open, held until it is known where they lead
    guard      which documents a window may ask for
    robots     what a site asks of robots
    courtesy   taking turns at a site
    account    the shopper's account: typed where it belongs, and read by nobody
    wording    what came of an action, in words
    starting   the start page, or why it does not come
    attended   a person's window: looking at its pages, and telling what is done on them
    listening  an ear on each page
    consequence  what came of what a person did
    painting   pictures in which something is painted over
    sheet      a page of our own, for a text to read and buttons to press

What the model gets wrong comes back as an outcome in words. Playwright's exceptions end here: the start page
that cannot be opened is the user's to mend, a browser that crashed is a `BrowserFault`.
"""

from agent.browser.device import DEVICES, Device, device_of, persona_device
from agent.browser.launch import Browser, open_browser
from agent.browser.settings import BrowserSettings, Deadlines
from agent.browser.tab import Tab
from agent.browser.terms import AT_HOME, Terms, agreed

__all__ = [
    "AT_HOME",
    "DEVICES",
    "Browser",
    "BrowserSettings",
    "Deadlines",
    "Device",
    "Tab",
    "Terms",
    "agreed",
    "device_of",
    "open_browser",
    "persona_device",
]
