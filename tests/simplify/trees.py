"""Random pages for property tests: trees of the tags that matter, with texts that try to break things."""

from hypothesis import strategies as st

WORDS = st.sampled_from(
    [
        "Kettle", "Brindle Cordless Kettle 1.7 L", "Add to cart", "Next", "2", "4.5",
        "Under $25 (12)", "\u00d7", "★★★★★", "Größe", "日本語の商品名です", "🛒", "مرحبا", "a < b & c",
        '<a name="next">Next</a>', 'name="add_to_cart"', "&lt;b&gt;", "x" * 500, "the of and",
        "\u202eevil\u202c", "tab\there", "e\u0301te\u0301", "...", "_", "a.b", "Remove",
    ]
)  # fmt: skip
TEXTS = st.one_of(WORDS, st.text(max_size=12))
HIDDEN = "Hidden from people"
"""Stands in every part of a random page that is hidden, and nowhere else."""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _element(tag: str, attributes: str, children: list[str]) -> str:
    return f"<{tag}{attributes}>{''.join(children)}</{tag}>"


def _field(kind: str, label: str, value: str) -> str:
    return f'<input type="{kind}" aria-label="{_escaped(label)}" value="{_escaped(value)}">'


def _select(label: str, options: list[str]) -> str:
    inner = "".join(f"<option>{_escaped(option)}</option>" for option in options)
    return f"<label>{_escaped(label)}<select>{inner}</select></label>"


LEAVES = st.one_of(
    TEXTS.map(_escaped),
    st.builds(lambda text, href: f'<a href="/{href}">{_escaped(text)}</a>', TEXTS, st.integers(0, 5)),
    st.builds(lambda text: f"<button>{_escaped(text)}</button>", TEXTS),
    st.builds(lambda text: f'<button aria-label="{_escaped(text)}"></button>', TEXTS),
    st.builds(
        _field, st.sampled_from(["text", "checkbox", "radio", "submit", "search", "password"]), TEXTS, TEXTS
    ),
    st.builds(_select, TEXTS, st.lists(TEXTS, max_size=4)),
    st.builds(lambda text: f'<img src="x.png" alt="{_escaped(text)}">', TEXTS),
    st.sampled_from(
        [
            f"<div hidden>{HIDDEN}<button>{HIDDEN}</button></div>",
            f'<span style="display: none">{HIDDEN}</span>',
            f"<script>{HIDDEN}</script>",
            f"<style>{HIDDEN}</style>",
            f"<template>{HIDDEN}</template>",
            f'<input type="hidden" value="{HIDDEN}">',
            f"<details><summary>More</summary>{HIDDEN}</details>",
            f'<div style="visibility:hidden"><a href="/">{HIDDEN}</a></div>',
            "<!-- a comment -->",
        ]
    ),
)
TAGS = st.sampled_from(
    [
        "div", "ul", "ol", "li", "nav", "main", "section", "article", "h2", "h3", "form",
        "fieldset", "legend", "p", "span", "table", "tr", "td", "th", "footer", "header",
        "a href='/t'", "button", "label", "dl", "dt", "dd", "details open", "summary",
        "dialog open", "div role=button", "div class=card", "b", "main aria-label=Main",
    ]
)  # fmt: skip


def _wrapped(tag: str, children: list[str]) -> str:
    name, _, attributes = tag.partition(" ")
    return _element(name, f" {attributes}" if attributes else "", children)


PAGES = st.recursive(
    LEAVES,
    lambda children: st.builds(_wrapped, TAGS, st.lists(children, min_size=1, max_size=5)),
    max_leaves=40,
).map(lambda body: f"<!doctype html><html><head><title>A page</title></head><body>{body}</body></html>")
