"""Halves of characters: what a script that cuts a text leaves of an emoji, and what no file can hold.

JavaScript's texts are UTF-16 and may begin or end in the middle of a character; so may what JSON says.
"""

from typing import Any


def whole(text: str) -> str:
    """A text in whose place of each half character stands U+FFFD; any other as it is."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole_values(value: Any) -> Any:
    """The same of all texts in what JSON can say."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {whole(name): whole_values(each) for name, each in value.items()}
    return [whole_values(each) for each in value] if isinstance(value, list | tuple) else value
