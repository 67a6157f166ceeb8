"""The participant's own pages: what they agree to, and what would be kept."""

from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined


def rendered(template: str, **values: object) -> str:
    """A whole document, with its style in it.

    Args:
        template: name of a file in `templates`.
        values: what stands in it.
    """
    return _environment().get_template(template).render(style=_style(), **values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("learn.participants"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return resources.files("learn.participants").joinpath("pages.css").read_text(encoding="utf-8")
