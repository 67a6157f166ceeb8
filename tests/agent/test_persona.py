import json
import os
import re
from collections.abc import Callable
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.document import parse_document
from agent.errors import UserError
from agent.persona import DESCRIPTION_WORDS, Persona, bundled_personas, load_persona

DOCS = Path(__file__).parents[2] / "docs" / "personas.md"
untimed = settings(deadline=None)  # a busy machine is no failure
LEVELS = {"low", "medium", "high"}
BUNDLED = bundled_personas()
THEO = {"name": "Theo", "background": "You tune pianos.", "intent": "a headlamp"}

Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def mistake(name_or_path: str) -> str:
    with pytest.raises(UserError) as caught:
        load_persona(name_or_path)
    line = str(caught.value)
    assert "\n" not in line
    return line


def read_or_refused(path: Path) -> str:
    """What the persona is told of itself, or the mistake; any other exception fails the test."""
    try:
        return load_persona(str(path)).describe()
    except UserError as error:
        return str(error)


def words(text: str) -> int:
    return len(text.split())


# Bundled ones


def test_every_bundled_file_is_a_persona_of_the_same_id() -> None:
    stems = sorted(path.name.removesuffix(".yaml") for path in resources.files("agent.personas").iterdir())
    assert [persona.id for persona in BUNDLED] == stems
    assert len(stems) >= 24


@pytest.mark.parametrize("persona", BUNDLED, ids=lambda persona: persona.id)
def test_a_bundled_persona_is_told_whole(persona: Persona) -> None:
    told = persona.describe()
    assert words(told) <= DESCRIPTION_WORDS
    assert told.startswith(f"You are {persona.name} (")
    parts = (persona.household, persona.location, persona.background, persona.shopping_habits, persona.device)
    for part in (*parts, persona.occupation, persona.needs or ""):
        assert part is not None
        assert part in told
    assert {persona.patience, persona.price_sensitivity, persona.web_experience} <= LEVELS
    assert told.endswith(f"You shop on {persona.device}.")
    assert re.search(r"Your income is .*\$\d", told)


def test_the_bundled_personas_are_varied() -> None:
    ages = sorted(persona.age or 0 for persona in BUNDLED)
    assert (ages[0], ages[-1]) == (18, 82)
    assert all(later - earlier <= 7 for earlier, later in pairwise(ages))
    incomes = [persona.income for persona in BUNDLED if persona.income]
    assert min(low for low, _ in incomes) < 15_000
    assert max(high for _, high in incomes) > 250_000
    for level in ("patience", "price_sensitivity", "web_experience"):
        counts = [sum(getattr(persona, level) == value for persona in BUNDLED) for value in LEVELS]
        assert min(counts) >= 3, level
    assert {persona.gender for persona in BUNDLED} == {"woman", "man", "non-binary"}
    assert sum(persona.needs is not None for persona in BUNDLED) >= 4
    for unique in ("occupation", "location", "intent", "background"):
        assert len({getattr(persona, unique) for persona in BUNDLED}) == len(BUNDLED), unique


def test_a_bundled_name_is_found_in_any_case() -> None:
    assert load_persona(" Maya ") == next(persona for persona in BUNDLED if persona.id == "maya")


@pytest.mark.parametrize("persona", BUNDLED, ids=lambda persona: persona.id)
def test_a_bundled_persona_survives_yaml_and_json(persona: Persona, write: Write) -> None:
    as_yaml = yaml.safe_dump(persona.model_dump(mode="json", exclude_none=True), allow_unicode=True)
    assert load_persona(write("other.yaml", as_yaml)) == persona
    assert load_persona(write("other.json", persona.model_dump_json())) == persona


# Descriptions, in general

lines = st.text(min_size=1, max_size=80).filter(lambda text: bool(text.strip()))
paragraphs = st.text(min_size=1, max_size=600).filter(lambda text: bool(text.strip()))
prose = st.lists(
    st.sampled_from(["You", "tune", "pianos.", "Why?", "slowly", "\n"]), min_size=1, max_size=110
).map(lambda chosen: ("You " + " ".join(chosen))[:600])
levels = st.none() | st.sampled_from(sorted(LEVELS))
incomes = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda band: tuple(sorted(band)))
sections = st.sampled_from(
    ["Persona:", "Background:", "Demographics:", "shopping habits :", "Personal Style:"]
)
profiles = st.lists(sections | prose | st.just("\n"), min_size=1, max_size=20).map("\n".join)
personas = st.builds(
    Persona,
    id=st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True),
    name=lines,
    age=st.none() | st.integers(13, 120),
    gender=st.none() | lines,
    occupation=st.none() | lines,
    household=st.none() | lines,
    location=st.none() | lines,
    income=st.none() | incomes,
    background=st.none() | prose | paragraphs,
    shopping_habits=st.none() | prose,
    needs=st.none() | prose,
    patience=levels,
    price_sensitivity=levels,
    web_experience=levels,
    device=st.none() | lines,
    intent=lines,
    profile=st.none() | profiles,
)


@untimed
@given(personas)
def test_a_description_is_one_line_within_its_limit_and_always_the_same(persona: Persona) -> None:
    told = persona.describe()
    assert 3 <= words(told) <= DESCRIPTION_WORDS
    assert "\n" not in told
    assert told == Persona.model_validate(persona.model_dump()).describe()


@untimed
@given(personas)
def test_any_persona_survives_yaml(persona: Persona) -> None:
    content = yaml.safe_dump(persona.model_dump(mode="json")).encode()
    assert Persona.model_validate(parse_document(content, "x.yaml").value) == persona


@untimed
@given(personas)
def test_any_persona_survives_a_recording(persona: Persona) -> None:
    assert Persona.model_validate_json(persona.model_dump_json()) == persona


def test_what_does_not_fit_is_left_out_by_whole_sentences() -> None:
    long = "You " + "very " * 60 + "much like to read."
    persona = Persona(
        id="a", name="Ada", background=f"You farm. {long} You rest.", needs=long, intent="a hat"
    )
    assert persona.describe() == f"You are Ada. You farm. {long} You rest."


def test_a_persona_is_never_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_persona("maya").age = 35  # type: ignore[misc]  # the mistake under test


# Files of one's own


def test_a_short_file_is_enough_and_its_name_becomes_the_id(write: Write) -> None:
    theo = load_persona(write("My Théo_2.yaml", yaml.safe_dump(THEO)))
    assert (theo.id, theo.patience, theo.income) == ("my-theo-2", None, None)
    assert theo.describe() == "You are Theo. You tune pianos."


def test_a_byte_order_mark_and_a_relative_path_are_fine(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("theo.yml", "\ufeff" + yaml.safe_dump(THEO))
    monkeypatch.chdir(tmp_path)
    assert load_persona("theo.yml").name == "Theo"
    assert load_persona("./theo.yml").name == "Theo"


def test_what_looks_like_a_date_or_a_time_stays_text(write: Write) -> None:
    text = "name: 2020-99-99\nbackground: 12:30:45\nintent: 2001-01-01\nage: 4_2\n"
    persona = load_persona(write("a.yaml", text))
    assert (persona.name, persona.background, persona.age) == ("2020-99-99", "12:30:45", 42)


@pytest.mark.parametrize(
    ("income", "told"),
    [("62000", "about $62,000"), ("[40000, 60000]", "$40,000 to $60,000"), ("0", "about $0")],
)
def test_an_income_is_a_number_or_a_band(write: Write, income: str, told: str) -> None:
    text = f"name: A\nbackground: You sing.\nintent: a hat\nincome: {income}\n"
    assert load_persona(write("a.yaml", text)).describe().endswith(f"Your income is {told} a year.")


# Mistakes


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    line = mistake("myaa")
    assert "`myaa`" in line
    assert "`maya`" in line
    assert "`simagent personas`" in line


@pytest.mark.parametrize("name", ["", "  ", "qqqqqqqq", "#3", "maya#1", "x" * 5000, "a\nb", "."])
def test_a_name_like_nobodys_is_answered_too(name: str) -> None:
    assert "simagent personas" in mistake(name)


def test_broken_yaml_is_told_by_line_and_column(write: Write) -> None:
    path = write("a.yaml", "name: Theo\nintent: [a hat\nage: 3\n")
    assert mistake(path).startswith(f"{path} is not valid YAML: line 3, column ")


def test_a_character_that_yaml_does_not_allow_is_told_by_its_place(write: Write) -> None:
    assert "line 2, column 4: a character" in mistake(write("a.yaml", "name: Theo\nint\x07ent: a hat\n"))


def test_broken_json_is_told_by_line_and_column(write: Write) -> None:
    assert "is not valid JSON: line 2, column 9: " in mistake(write("a.json", '{"name": "Theo",\n "age": x}'))


def test_an_unknown_key_is_told_with_its_line_and_the_nearest(write: Write) -> None:
    path = write("a.yaml", "name: Theo\nbackground: You sing.\nintnet: a hat\n")
    assert mistake(path) == f"{path}, line 3: unknown key `intnet`; did you mean `intent`?"


def test_a_key_like_no_other_is_told_with_the_known_ones(write: Write) -> None:
    line = mistake(write("a.yaml", yaml.safe_dump(THEO | {"zzzzzz": 1})))
    assert "unknown key `zzzzzz`" in line
    assert all(f"`{name}`" in line for name in Persona.model_fields)


@pytest.mark.parametrize("missing", sorted(THEO))
def test_a_missing_key_is_named(write: Write, missing: str) -> None:
    text = yaml.safe_dump({key: value for key, value in THEO.items() if key != missing})
    path = write("a.yaml", text)
    assert mistake(path) == f"{path}: `{missing}` is missing."


def test_all_missing_keys_are_named_at_once(write: Write) -> None:
    assert mistake(write("a.yaml", "age: 30\n")).endswith("`name`, `background` and `intent` are missing.")


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("age", "forty", "valid integer"),
        ("age", "'40'", "valid integer"),
        ("age", "yes", "valid integer"),
        ("age", "12", "greater than or equal to 13"),
        ("name", "12", "valid string"),
        ("name", "' '", "should not be empty"),
        ("name", "x" * 81, "at most 80 characters"),
        ("household", "[a, b]", "valid string"),
        ("patience", "Low", "'low', 'medium' or 'high'"),
        ("income", "62.5", "dollars a year"),
        ("income", "yes", "dollars a year"),
        ("income", "$62,000", "dollars a year"),
        ("income", "[60000, 40000]", "dollars a year"),
        ("income", "[-5, 40000]", "dollars a year"),
        ("id", "Theo Two", "lower-case letters and digits"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(write: Write, key: str, value: str, complaint: str) -> None:
    path = write("a.yaml", f"{key}: {value}\n" + yaml.safe_dump({k: v for k, v in THEO.items() if k != key}))
    line = mistake(path)
    assert line.startswith(f"{path}, line 1: `{key}` ")
    assert complaint in line


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
@pytest.mark.parametrize("text", ["", " \n\n"])
def test_an_empty_file_is_called_empty(write: Write, name: str, text: str) -> None:
    assert mistake(write(name, text)).endswith("is empty.")


def test_a_file_of_comments_is_empty(write: Write) -> None:
    assert mistake(write("a.yaml", "# nothing yet\n")).endswith("is empty.")


def test_a_key_that_stands_twice_is_told(write: Write) -> None:
    assert "line 2: `name` stands there twice" in mistake(
        write("a.yaml", "name: A\nname: B\nintent: a hat\n")
    )


@pytest.mark.parametrize("text", ["just words", "3", "- a\n", "null", "--- |\n  name: A\n"])
def test_a_file_without_keys_holds_no_persona(write: Write, text: str) -> None:
    assert "holds no persona" in mistake(write("a.yaml", text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "[" * 3_000),
        ("a.json", "[" * 3_000),
        ("a.yaml", "&a [*a]"),
        ("a.yaml", "{a: " * 20 + "1" + "}" * 20),
    ],
)
def test_deep_nesting_is_refused(write: Write, name: str, text: str) -> None:
    assert "nested too deeply" in mistake(write(name, text))


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.json", '{"age": ' + "1" * 5_000 + "}", "holds a number that is too long"),
        ("a.yaml", 'name: "\\U00110000"', "an escape or a version in it is impossible"),
        ("a.yaml", "? [a, b]\n: 1\n", "line 1: a key should be a word"),
        ("a.yaml", "name: A\n---\nname: B\n", "line 2, column 1: "),
    ],
)
def test_oddities_of_the_formats_are_told(write: Write, name: str, text: str, complaint: str) -> None:
    assert complaint in mistake(write(name, text))


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("name: Zoé".encode("latin-1"))
    assert "is not UTF-8 (byte 9)" in mistake(str(path))


def test_places_that_are_no_readable_file_are_told(tmp_path: Path, write: Write) -> None:
    loop, pipe = tmp_path / "loop.yaml", tmp_path / "pipe.yaml"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    assert "is a directory" in mistake(str(tmp_path))
    assert "is no regular file" in mistake(str(pipe))
    assert "cannot be read: " in mistake(str(loop))
    assert "cannot be read: " in mistake("x" * 5000 + ".yaml")
    assert "cannot be a file's name" in mistake("a\0b.yaml")
    assert "There is no file" in mistake(str(tmp_path / "none.yaml"))
    assert "too long" in mistake(write("long.yaml", "#" * 1_000_001))


def test_a_file_that_one_may_not_read_is_told(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    path = write("a.yaml", yaml.safe_dump(THEO))
    assert mistake(path) == f"{path} cannot be read: Permission denied."


WORDS_OF_YAML = (
    "name persona intent age : - [ ] { } ' !!int !x &a *a "
    "<<: --- | # ~ 0x 1e9999 2020-99-99 \\U00110000 \\ud800"
)
yaml_like = st.lists(
    st.sampled_from([*WORDS_OF_YAML.split(), " ", "\n", "\t", '"', ": ", "%YAML 9.9\n"]), max_size=30
).map("".join)


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
@untimed
@given(content=st.binary() | st.text().map(str.encode) | yaml_like.map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_refused_in_one_line(
    name: str, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(content)
    assert len(read_or_refused(path).splitlines()) == 1


@untimed
@given(
    values=st.dictionaries(
        st.sampled_from([*Persona.model_fields, "persona", "Age", "odd"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            st.lists,
            max_leaves=4,
        ),
    )
)
def test_whatever_the_values_are_they_are_read_or_refused_in_one_line(
    values: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "values.json"
    path.write_text(json.dumps(values))
    assert len(read_or_refused(path).splitlines()) == 1


# The page of the docs


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_the_docs_list_the_bundled_personas() -> None:
    rows = [
        f"| `{one.id}` | {one.name}, {one.age}, {one.occupation} "
        f"| {one.patience} | {one.price_sensitivity} | {one.intent} |"
        for one in BUNDLED
    ]
    listed = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert listed == rows, "in docs/personas.md, replace the table's rows by:\n" + "\n".join(rows)


def test_the_docs_tell_what_the_model_is_told() -> None:
    assert block("text").strip() == load_persona("maya").describe()
    assert f"more than {DESCRIPTION_WORDS} words" in DOCS.read_text(encoding="utf-8")


def test_the_examples_of_the_docs_are_read(write: Write) -> None:
    theo = load_persona(write("theo.yaml", block("yaml")))
    assert theo.id == "theo"
    assert [name for name, value in theo if value is None] == ["profile"]
    imani = load_persona(write("imani.json", block("json")))
    assert (imani.name, imani.income) == ("Imani", (30_001, 58_000))
