"""What a browser would have told of saved HTML, as far as it can be known without one.

Layout is unknown here, so only what the markup itself hides is hidden: elements without appearance, `hidden`,
inline `display:none` and the like, closed `details` and dialogs. `aria-hidden` hides nothing from a person.
"""

import re
from collections.abc import Mapping

from lxml import etree

from simplify.tags import CLICK_ROLES, DROPPED

HIDDEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
COPIED = (
    "role", "aria-label", "type", "value", "checked", "selected", "disabled", "placeholder", "title", "alt",
    "aria-expanded", "aria-pressed", "aria-selected", "aria-checked", "aria-current", "aria-level",
    "required", "readonly", "open", "multiple", "label",
)  # fmt: skip
ACTIVE_TAGS = frozenset(("button", "input", "textarea", "option", "summary"))
WITHOUT_LABEL = DROPPED | {"select", "option", "textarea", "button"}
LABELLED = frozenset(("input", "select", "textarea"))
NO_REF = ""
"""The ref of an element that no browser holds."""


class RawReader:
    """Reads the elements of one saved page as the capture script reads those of a live one."""

    def __init__(self, root: etree._Element) -> None:
        self._labels: dict[str, str] = {}
        self._ids: dict[str, etree._Element] = {}
        for label in root.iter("label"):
            target = label.get("for")
            if target:
                self._labels.setdefault(target, _own_text(label))
        for element in root.iterfind(".//*[@aria-labelledby]"):
            for found in element.get("aria-labelledby", "").split()[:8]:
                self._ids.setdefault(found, element)
        if self._ids:
            self._find_ids(root)

    def _find_ids(self, root: etree._Element) -> None:
        wanted = set(self._ids)
        self._ids.clear()
        for element in root.iterfind(".//*[@id]"):
            found = element.get("id", "")
            if found in wanted:
                self._ids.setdefault(found, element)

    def read(
        self, element: etree._Element, tag: str, attributes: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """What matters of an element's attributes, in the terms of a capture; None where it is not shown."""
        if not attributes and tag not in LABELLED:
            return {"data-ref": NO_REF} if tag in ACTIVE_TAGS else attributes
        if is_hidden(element):
            return None
        read = {key: attributes[key] for key in COPIED if key in attributes}
        labelled = attributes.get("aria-labelledby")
        if labelled:
            texts = [_own_text(self._ids[found]) for found in labelled.split()[:8] if found in self._ids]
            if any(texts):
                read["aria-label"] = " ".join(texts)
        if self._is_active(tag, attributes):
            self._read_active(element, tag, attributes, read)
        elif tag == "select":
            self._read_label(element, attributes, read)
        kind = attributes.get("class")
        if kind and tag == "div" and _has_like(element, tag, kind):
            read["data-item"] = ""
        return read

    @staticmethod
    def _is_active(tag: str, attributes: Mapping[str, str]) -> bool:
        return (
            tag in ACTIVE_TAGS
            or (tag == "a" and "href" in attributes)
            or attributes.get("role") in CLICK_ROLES
            or "onclick" in attributes
            or attributes.get("contenteditable", "false") in {"", "true", "plaintext-only"}
        )

    def _read_active(
        self, element: etree._Element, tag: str, attributes: Mapping[str, str], read: dict[str, str]
    ) -> None:
        read["data-ref"] = NO_REF
        if attributes.get("aria-disabled") == "true":
            read["disabled"] = ""
        if attributes.get("contenteditable", "false") != "false":
            read["contenteditable"] = ""
        if tag == "a":
            href = attributes.get("href", "").strip()
            if href and href != "#" and not href.lower().startswith("javascript:"):
                read["data-link"] = href
        if tag == "input":
            read["type"] = attributes.get("type", "text").lower()
        if tag == "textarea":
            read["value"] = (element.text or "")[:1000]
        if tag in {"input", "textarea"}:
            self._read_label(element, attributes, read)
        hint = attributes.get("name") or attributes.get("id")
        if hint and len(hint) <= 40:
            read["data-hint"] = re.sub(r"([a-z])([A-Z])", r"\1 \2", hint)

    def _read_label(
        self, element: etree._Element, attributes: Mapping[str, str], read: dict[str, str]
    ) -> None:
        label = self._labels.get(attributes.get("id", ""), "")
        if not label:
            around = next(element.iterancestors("label"), None)
            label = _own_text(around) if around is not None else ""
        if label:
            read["data-label"] = label
        elif attributes.get("name"):
            read["data-hint"] = attributes["name"]


def _has_like(element: etree._Element, tag: str, kind: str) -> bool:
    before, after = element.getprevious(), element.getnext()
    return (before is not None and before.tag == tag and before.get("class") == kind) or (
        after is not None and after.tag == tag and after.get("class") == kind
    )


def _own_text(element: etree._Element, limit: int = 300) -> str:
    """Text of a label without that of the fields in it, nor what is hidden in it."""
    parts: list[str] = []
    length = 0
    stack: list[etree._Element | str] = [element]
    while stack and length < limit:
        at = stack.pop()
        if isinstance(at, str):
            parts.append(at)
            length += len(at)
            continue
        if at.tag == "details" and at.get("open") is None:
            stack.extend(at.findall("summary")[:1])
            continue
        for child in reversed(at):
            stack.append(child.tail or "")
            if child.tag not in WITHOUT_LABEL and not is_hidden(child):
                stack.append(child)
        stack.append(at.text or "")
    return " ".join("".join(parts).split())[:limit]


def is_hidden(element: etree._Element) -> bool:
    """Whether an element's own markup hides it."""
    tag = element.tag
    if element.get("hidden") is not None or (tag == "input" and element.get("type", "").lower() == "hidden"):
        return True
    style = element.get("style")
    if style and HIDDEN_STYLE.search(style):
        return True
    around = element.getparent()
    if around is not None and around.tag == "details" and tag != "summary" and around.get("open") is None:
        return True
    return (tag == "dialog" or element.get("popover") is not None) and element.get("open") is None
