"""A small file that a person wrote, YAML or JSON, as plain values; mistakes in it are told by their place.

Values are null, booleans, numbers, texts, lists and mappings, and nothing else: a date, and what else YAML
would make of a text, stays the text that stands there.
"""

import json
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from agent.errors import UserError

_BYTES = 1_000_000
_NESTING = 6


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds.

    Attributes:
        where: what messages call the file.
        value: its plain values.
        lines: the line, from 1, of each key, by its path (`arms.control.site`, `personas.2`); empty for
            JSON, which is read without places.
    """

    where: str
    value: object
    lines: Mapping[str, int] = field(default_factory=dict)

    def at(self, key: str) -> str:
        """The place of a key, or of the nearest one above it that has a place, for a message."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return f"{self.where}, line {self.lines[key]}" if key else self.where


def read_document(path: Path) -> Document:
    """The plain values in a file.

    Raises:
        UserError: the file is not there, cannot be read, or is not YAML or JSON as its name says.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError(f"{path} is a directory; name a file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path} is no regular file; name a YAML or JSON file.")
        if status.st_size > _BYTES:
            raise UserError(f"{path} is too long: more than {_BYTES // 1_000_000} MB.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or 'the system refuses'}.") from error
    except ValueError as error:
        raise UserError(f"{str(path)!r} cannot be a file's name.") from error
    return parse_document(content, str(path))


def parse_document(content: bytes, where: str) -> Document:
    """The plain values in a file's content.

    Args:
        content: the bytes, UTF-8 with or without a byte order mark.
        where: the file's name; JSON where it ends in .json, YAML otherwise.

    Raises:
        UserError: it is empty, not UTF-8, or not what its name says.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{where} is not UTF-8 (byte {error.start + 1}); save it as UTF-8.") from error
    if not text.strip():
        raise UserError(f"{where} is empty.")
    try:
        return _from_json(text, where) if where.lower().endswith(".json") else _from_yaml(text, where)
    except RecursionError:
        raise UserError(f"{where} is nested too deeply.") from None


def _from_json(text: str, where: str) -> Document:
    try:
        return Document(where, json.loads(text))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UserError(f"{where} is not valid JSON: {place}: {error.msg}.") from error
    except ValueError as error:  # the only other one: a number of thousands of digits
        raise UserError(f"{where} holds a number that is too long.") from error


def _from_yaml(text: str, where: str) -> Document:
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise UserError(f"{where} is not valid YAML: {place}{error.problem or error.context}.") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise UserError(
            f"{where} is not valid YAML: line {line}, column {column}: a character that YAML does not allow."
        ) from error
    except (
        ValueError,
        OverflowError,
    ) as error:  # PyYAML lets those of impossible escapes and versions through
        raise UserError(f"{where} is not valid YAML: an escape or a version in it is impossible.") from error
    if root is None:
        raise UserError(f"{where} is empty.")
    value = _plain(root, where, 0)
    return Document(where, value, dict(_places(root, "")))


def _places(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    """Path and line of every key and item below a node; called once it is known not to hold itself."""
    if isinstance(node, yaml.MappingNode):
        below = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        below = [(str(place), value, value) for place, value in enumerate(node.value)]
    else:
        return
    for name, place, value in below:
        here = f"{path}.{name}" if path else name
        yield here, _line(place)
        yield from _places(value, here)


def _plain(node: yaml.Node, where: str, depth: int) -> object:
    if depth > _NESTING:  # also where an anchor holds itself
        raise UserError(f"{where} is nested too deeply.")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, where, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, where, depth)
    return _plain_scalar(node)


def _plain_mapping(node: yaml.MappingNode, where: str, depth: int) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise UserError(f"{where}, line {_line(key)}: a key should be a word.")
        if key.value in mapping:
            raise UserError(
                f"{where}, line {_line(key)}: `{' '.join(key.value.split())[:60]}` stands there twice."
            )
        mapping[key.value] = _plain(value, where, depth + 1)
    return mapping


def _plain_scalar(node: yaml.Node) -> object:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() in {"true", "yes", "on"}
        case "int" | "float" if re.fullmatch(r"[-+]?[0-9][0-9_]{0,17}(\.[0-9]*)?", text):
            return float(text) if "." in text else int(text.replace("_", ""))
    return text


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
