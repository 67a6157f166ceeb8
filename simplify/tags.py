"""What the tags and roles of HTML mean to a reader: tables of the HTML and ARIA standards, in our words."""

from simplify.observation import TargetKind

DROPPED = frozenset((
    "script", "style", "template", "noscript", "meta", "link", "base", "param", "source", "track", "col",
    "colgroup", "datalist", "object", "embed", "audio", "video", "canvas", "map", "area", "noframes",
    "hr", "wbr", "title",
))  # fmt: skip
"""What shows no text of its own."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

KEPT = HEADINGS | frozenset((
    "form", "fieldset", "legend", "nav", "main", "header", "footer", "aside", "section", "article", "ul",
    "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "caption", "p", "details", "summary",
    "dialog", "blockquote", "figcaption", "pre", "a", "button", "input", "textarea", "select", "option",
    "img", "iframe", "span",
))  # fmt: skip
"""What is shown as what it is; anything else is a plain block or a plain inline."""

DISSOLVED = frozenset((
    "span", "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "strike", "strong", "sub", "sup", "thead", "tbody", "tfoot", "time", "tt", "u", "var", "meter",
    "progress", "output", "slot", "html", "head", "body", "picture", "optgroup",
))  # fmt: skip
"""What leaves only its text behind, unless it can be acted on or says more by an attribute."""

MEANINGFUL = frozenset(("role", "aria-label"))

ROLE_TAGS = {
    "list": "ul", "listitem": "li", "navigation": "nav", "main": "main", "banner": "header",
    "contentinfo": "footer", "complementary": "aside", "region": "section", "form": "form", "search": "form",
    "group": "fieldset", "radiogroup": "fieldset", "dialog": "dialog", "alertdialog": "dialog",
    "article": "article", "table": "table",
    "grid": "table", "row": "tr", "cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th",
    "listbox": "ul", "menu": "ul", "menubar": "ul", "tablist": "ul",
}  # fmt: skip

KIND_OF_INPUT = {
    "checkbox": TargetKind.CHECKBOX, "radio": TargetKind.RADIO, "submit": TargetKind.BUTTON,
    "button": TargetKind.BUTTON, "reset": TargetKind.BUTTON, "image": TargetKind.BUTTON,
    "file": TargetKind.OTHER, "range": TargetKind.OTHER, "color": TargetKind.OTHER,
}  # fmt: skip

KIND_OF_ROLE = {
    "button": TargetKind.BUTTON, "link": TargetKind.LINK, "checkbox": TargetKind.CHECKBOX,
    "switch": TargetKind.CHECKBOX, "menuitemcheckbox": TargetKind.CHECKBOX, "radio": TargetKind.RADIO,
    "menuitemradio": TargetKind.RADIO, "tab": TargetKind.OTHER, "menuitem": TargetKind.OTHER,
    "option": TargetKind.OTHER, "treeitem": TargetKind.OTHER, "slider": TargetKind.OTHER,
    "textbox": TargetKind.TEXT, "searchbox": TargetKind.TEXT,
}  # fmt: skip

CLICK_ROLES = frozenset(KIND_OF_ROLE) | {"combobox", "spinbutton"}
"""Roles that say that a click does something."""

FIELD_TYPES = frozenset(
    ("password", "date", "time", "month", "week", "datetime-local", "file", "range", "color")
)
"""Input types that say something which a plain text field does not."""
