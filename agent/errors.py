"""Errors, sorted by who must act on them.

SimagentError
├── UserError         the user can mend it: one line that says what is wrong, where, and what to do; exit 2
│   └── SiteClosed        the shop's start page cannot be visited; to a study, a fault of one session
└── SessionFault      the world failed under a session: it ends as `fault`, its recording stays readable
    ├── BrowserFault      the browser crashed, or the page cannot be reached any more
    └── ModelFault        the model server is gone, was cut off, or answers what cannot be understood
        ├── ModelBusy         it has too much to do: asked again later, it may answer
        └── ModelUnreachable  nothing answers at its address: once it runs again, it may

What the model does wrong (an unknown name, a button that is disabled) is no error but data: an `Outcome` in
words. Anything else that is raised is a bug, and propagates.
"""


class SimagentError(Exception):
    """Base of all errors that this package raises on purpose; its text is written for the user."""


class UserError(SimagentError):
    """Something that the user asked for cannot be done as asked; the text says what to do instead."""


class SiteClosed(UserError):
    """The start page of a shop cannot be visited."""


class SessionFault(SimagentError):
    """Something outside failed in the middle of a session."""


class BrowserFault(SessionFault):
    """The browser crashed, was closed, or cannot reach the site any more."""


class ModelFault(SessionFault):
    """The model server does not answer, or answers what no repair could read."""


class ModelBusy(ModelFault):
    """The model server says that it has too much to do, or does not answer in time."""


class ModelUnreachable(ModelFault):
    """Nothing answers at the model server's address, or it broke off."""
