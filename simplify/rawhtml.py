"""What a browser would have told of saved HTML, as far as it can be known without one.

Layout is unknown here, so only what the markup itself hides is hidden: elements without appearance, `hidden`,
inline `display:none` and the like, closed `details` and dialogs. `aria-hidden` hides nothing from a person.
"""

import re

from simplify.tags import CLICK_ROLES, DROPPED

HIDDEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
COPIED = frozenset((
    "role", "aria-label", "type", "value", "checked", "selected", "disabled", "placeholder", "title", "alt",
    "aria-expanded", "aria-pressed", "aria-selected", "aria-checked", "aria-current", "aria-level",
    "required", "readonly", "open", "multiple", "label",
))  # fmt: skip
TELLING = COPIED | {"hidden", "style", "popover", "href", "onclick", "contenteditable", "aria-labelledby"}
"""An element of a plain tag with none of these says nothing but its text."""
ACTIVE_TAGS = frozenset(("button", "input", "textarea", "option", "summary"))
READ_TAGS = ACTIVE_TAGS | {"select", "dialog"}
"""Tags that are read closely whatever their attributes."""
WITHOUT_LABEL = DROPPED | {"select", "option", "textarea", "button"}
LABELLED_BY_ATTRIBUTE = b"aria-labelledby"
LABELLED_BY = re.compile(
    rb"""aria-labelledby\s{0,9}=\s{0,9}(?:"([^"]{0,400})|'([^']{0,400})|([^\s>"']{1,400}))""", re.IGNORECASE
)
NO_REF = ""
"""The ref of an element that no browser holds."""
MAX_LISTENED = 8
"""Labels that are open at once, one in the other; more are no labels but damage."""
MAX_PARTS = 300
MAX_LABEL = 300
MAX_LABELLED_BY = 8
AWAITED = "\x00"
"""Stands for a label that is written further down the page."""


class RawReader:
    """Reads the elements of one saved page as the capture script reads those of a live one.

    Labels are listened to while the page goes by, since a field's label may come after it.
    """

    def __init__(self, data: bytes) -> None:
        self._wanted = _wanted_ids(data)
        self._labels: dict[str, list[str]] = {}
        self._by_id: dict[str, list[str]] = {}
        self._open: list[tuple[int, list[str], bool]] = []  # depth, what was heard, whether it is a label
        self._hushed = 0
        self._fields: list[tuple[dict[str, str], str, list[str], str]] = []
        self._named: list[tuple[dict[str, str], list[str], str]] = []

    def listen(self, tag: str, attributes: dict[str, str], depth: int) -> bool:
        """Notes the start of an element at a depth; says whether texts are to be told from now on."""
        if self._open and not self._hushed and (tag in WITHOUT_LABEL or _hides(tag, attributes)):
            self._hushed = depth
        if len(self._open) < MAX_LISTENED and (tag == "label" or (self._wanted and attributes)):
            heard: list[str] = []
            found = attributes.get("id")
            by_id = found is not None and found in self._wanted and found not in self._by_id
            if found is not None and by_id:
                self._by_id[found] = heard
            if tag == "label":
                target = attributes.get("for")
                if target:
                    self._labels.setdefault(target, heard)
            if by_id or tag == "label":
                self._open.append((depth, heard, tag == "label"))
        return bool(self._open)

    def hear(self, text: str) -> None:
        """Takes a text that stands in an open label."""
        if not self._hushed:
            for _, heard, _ in self._open:
                if len(heard) < MAX_PARTS:
                    heard.append(text[:MAX_LABEL])

    def leave(self, depth: int) -> bool:
        """Notes the end of the element at a depth; says whether texts are still to be told."""
        if self._hushed == depth:
            self._hushed = 0
        while self._open and self._open[-1][0] >= depth:
            self._open.pop()
        return bool(self._open)

    @property
    def wants_ids(self) -> bool:
        """Whether the page names anything by another element."""
        return bool(self._wanted)

    def read(self, tag: str, attributes: dict[str, str]) -> dict[str, str] | None:
        """What matters of an element's attributes, in the terms of a capture; None where it is not shown."""
        if attributes and is_hidden(tag, attributes):
            return None
        if tag == "dialog" and "open" not in attributes:
            return None
        read = {key: attributes[key] for key in attributes if key in COPIED}
        labelled = attributes.get("aria-labelledby")
        if labelled:
            self._await_name(labelled.split()[:MAX_LABELLED_BY], read)
        if self._is_active(tag, attributes):
            self._read_active(tag, attributes, read)
        elif tag == "select":
            self._await_label(attributes, read)
        return read

    def _await_name(self, ids: list[str], read: dict[str, str]) -> None:
        self._named.append((read, ids, read.get("aria-label", "")))
        read["aria-label"] = self._joined(ids) or AWAITED

    def _joined(self, ids: list[str]) -> str:
        return " ".join(filter(None, (_said(self._by_id.get(found, [])) for found in ids)))

    @staticmethod
    def _is_active(tag: str, attributes: dict[str, str]) -> bool:
        return (
            tag in ACTIVE_TAGS
            or (tag == "a" and "href" in attributes)
            or attributes.get("role") in CLICK_ROLES
            or "onclick" in attributes
            or attributes.get("contenteditable", "false") in {"", "true", "plaintext-only"}
        )

    def _read_active(self, tag: str, attributes: dict[str, str], read: dict[str, str]) -> None:
        read["data-ref"] = NO_REF
        if attributes.get("aria-disabled") == "true":
            read["disabled"] = ""
        if attributes.get("contenteditable", "false") != "false":
            read["contenteditable"] = ""
        if tag == "a":
            href = attributes.get("href", "").strip()
            if href and href != "#" and not href[:11].lower().startswith("javascript:"):
                read["data-link"] = href
        if tag == "input":
            read["type"] = attributes.get("type", "text").lower()
        if tag in {"input", "textarea"}:
            self._await_label(attributes, read)
        hint = attributes.get("name") or attributes.get("id")
        if hint and len(hint) <= 40:
            read["data-hint"] = re.sub(r"([a-z])([A-Z])", r"\1 \2", hint)

    def _await_label(self, attributes: dict[str, str], read: dict[str, str]) -> None:
        around = next((heard for _, heard, is_label in reversed(self._open) if is_label), [])
        self._fields.append((read, attributes.get("id", ""), around, attributes.get("name", "")))

    def finish(self) -> None:
        """Gives every field and every thing that waits for one its label, once the page has been read."""
        for read, field_id, around, name in self._fields:
            label = _said(self._labels.get(field_id, [])) or _said(around)
            if label:
                read["data-label"] = label
            elif name:
                read["data-hint"] = name
        for read, ids, own in self._named:
            name = self._joined(ids) or own
            if name:
                read["aria-label"] = name
            else:
                del read["aria-label"]


def _said(heard: list[str]) -> str:
    return " ".join("".join(heard).split())[:MAX_LABEL]


def _wanted_ids(data: bytes) -> frozenset[str]:
    wanted: set[str] = set()
    at = data.find(LABELLED_BY_ATTRIBUTE)
    while at >= 0:
        match = LABELLED_BY.match(data, at)
        if match:
            ids = (match[1] or match[2] or match[3] or b"").split()[:MAX_LABELLED_BY]
            wanted.update(found.decode("utf-8", errors="replace") for found in ids)
        at = data.find(LABELLED_BY_ATTRIBUTE, at + 1)
    return frozenset(wanted)


def _hides(tag: str, attributes: dict[str, str]) -> bool:
    """Whether what an element holds is not to be read, closed details included."""
    return is_hidden(tag, attributes) or (tag == "details" and "open" not in attributes)


def is_hidden(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element's own markup hides it."""
    if "hidden" in attributes or (tag == "input" and attributes.get("type", "").lower() == "hidden"):
        return True
    style = attributes.get("style")
    if style and HIDDEN_STYLE.search(style):
        return True
    return (tag == "dialog" or "popover" in attributes) and "open" not in attributes
