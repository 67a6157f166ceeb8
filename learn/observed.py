"""Pages that come already simplified: what on them can be acted on is read off their `name` attributes.

OPeRA's and the paper's pages, and our own observations, spell targets alike: an element with a `name`.
"""

from types import MappingProxyType

from lxml import etree, html

from simplify import Observation, Target, TargetKind

_BY_TAG = {
    "a": TargetKind.LINK,
    "button": TargetKind.BUTTON,
    "option": TargetKind.OPTION,
    "textarea": TargetKind.TEXT,
}
_BY_TYPE = {
    "button": TargetKind.BUTTON,
    "submit": TargetKind.BUTTON,
    "image": TargetKind.BUTTON,
    "reset": TargetKind.BUTTON,
    "checkbox": TargetKind.CHECKBOX,
    "radio": TargetKind.RADIO,
}
_BY_ROLE = {
    "link": TargetKind.LINK,
    "button": TargetKind.BUTTON,
    "checkbox": TargetKind.CHECKBOX,
    "radio": TargetKind.RADIO,
    "option": TargetKind.OPTION,
    "textbox": TargetKind.TEXT,
    "searchbox": TargetKind.TEXT,
}


def observed(simplified: str, *, url: str = "", title: str = "") -> Observation:
    """The observation whose text this is.

    Args:
        simplified: HTML in which everything that can be acted on has a `name`. Where a name stands twice, the
            first counts.
        url: address of the page.
        title: its title; taken from the text where none is given.

    Returns:
        The observation with its targets in reading order; their `ref` is None, since no browser is behind it.
    """
    targets: dict[str, Target] = {}
    root = _parse(simplified)
    if root is None:
        return Observation(url=url, title=title, html=simplified)
    for element in root.iter(etree.Element):
        name = element.get("name")
        if name and name not in targets:
            targets[name] = Target(
                name=name,
                kind=_kind(element),
                label=_label(element),
                enabled=element.get("disabled") is None and element.get("aria-disabled") != "true",
            )
    found = title or " ".join(str(root.findtext(".//title") or "").split())
    return Observation(url=url, title=found, html=simplified, targets=MappingProxyType(targets))


def _parse(simplified: str) -> html.HtmlElement | None:
    try:
        return html.document_fromstring(simplified)
    except (etree.ParserError, ValueError):
        return None


def _kind(element: etree._Element) -> TargetKind:
    tag = str(element.tag)
    if tag == "input":
        return _BY_TYPE.get((element.get("type") or "text").lower(), TargetKind.TEXT)
    return _BY_TAG.get(tag) or _BY_ROLE.get(element.get("role") or "") or TargetKind.OTHER


def _label(element: etree._Element) -> str:
    text = element.get("aria-label") or " ".join("".join(map(str, element.itertext())).split())
    return text or (element.get("name") or "").rpartition(".")[2].replace("_", " ")
