import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import UserError
from agent.persona import DESCRIPTION_WORDS, Persona, load_persona
from agent.uxagent import excerpt

Write = Callable[[str, object], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, values: object) -> str:
        path = tmp_path / name
        path.write_text(json.dumps(values), encoding="utf-8")
        return str(path)

    return written


def mistake(name_or_path: str) -> str:
    with pytest.raises(UserError) as caught:
        load_persona(name_or_path)
    return str(caught.value)


IMANI = (
    "Persona: Imani\n\nBackground:\nImani restores old furniture. She teaches a class on Saturdays.\n\n"
    "Demographics:\nAge: 47\nGender: Female\nEducation: High school\nProfession: Furniture Restorer\n"
    "Income: $58,000\n\nFinancial Situation:\nHer income varies.\n\n"
    "Shopping Habits:\nShe reads the one-star reviews first. She hates pop-ups."
)


def uxagent(write: Write, **values: object) -> Persona:
    return load_persona(write("imani.json", {"persona": IMANI, "intent": "buy sandpaper"} | values))


def test_a_persona_of_uxagent_is_read_from_its_text(write: Write) -> None:
    imani = uxagent(write)
    assert (imani.id, imani.name, imani.age, imani.gender) == ("imani", "Imani", 47, "female")
    assert (imani.occupation, imani.income, imani.intent) == (
        "Furniture Restorer",
        (58_000, 58_000),
        "buy sandpaper",
    )
    assert imani.profile == IMANI
    assert imani.describe() == (
        "You are Imani (female, 47), Furniture Restorer. Imani restores old furniture. "
        "She teaches a class on Saturdays. Her income varies. She reads the one-star reviews first. "
        "She hates pop-ups. Your income is about $58,000 a year."
    )


@pytest.mark.parametrize(
    ("values", "age", "gender", "income"),
    [
        ({"age": 51, "gender": "male", "income": [30_001, 94_000]}, 51, "male", (30_001, 94_000)),
        (
            {"Age": "18-55", "Gender": "Non-Binary", "Online Shopping Frequency": "weekly"},
            None,
            "non-binary",
            0,
        ),
        ({"age": "33", "gender": "unknown", "income": []}, 33, None, None),
        ({"income": [94_001, None]}, 47, "female", (94_001, 94_001)),
        ({"income": "$40,000 to $60,000"}, 47, "female", (40_000, 60_000)),
    ],
)
def test_the_keys_of_uxagent_go_before_its_text(
    write: Write, values: dict[str, object], age: int | None, gender: str | None, income: object
) -> None:
    persona = uxagent(write, **values)
    assert (persona.age, persona.gender) == (age, gender)
    assert persona.income == ((58_000, 58_000) if income == 0 else income)


def test_a_text_of_uxagent_without_sections_or_name_is_read_too(write: Write) -> None:
    persona = uxagent(write, persona="They mend radios. They live in Tulsa.")
    assert persona.describe() == "You are a shopper. They mend radios. They live in Tulsa."


def test_ages_and_incomes_that_stand_in_one_line_are_found(write: Write) -> None:
    persona = uxagent(write, persona="Demographics: Age: 42 Gender: Male Income: $30,000 - $94,000 a year")
    assert (persona.age, persona.gender, persona.income) == (42, "male", (30_000, 94_000))


def test_a_long_text_of_uxagent_is_shortened_by_hearing_each_section(write: Write) -> None:
    sections_of_uxagent = ("Background", "Financial Situation", "Shopping Habits", "Personal Style")
    text = "\n\n".join(
        f"{title}:\n"
        + " ".join(f"She says {title.lower()} number {i}, and a few words more." for i in range(20))
        for title in sections_of_uxagent
    )
    told = uxagent(write, persona=text).describe()
    assert len(told.split()) <= DESCRIPTION_WORDS
    assert all(f"{title.lower()} number 0," in told for title in sections_of_uxagent)
    assert told.index("background number 1,") < told.index("financial situation number 0,")
    assert told.endswith("more.")


def test_one_endless_sentence_is_cut() -> None:
    assert excerpt("Background: She " + "walks " * 200, 10) == ["She" + " walks" * 9 + "…"]


headings = st.sampled_from(["Persona:", "Background:", "Demographics:", "shopping habits :"])
phrases = st.sampled_from(["Imani", "sands", "tables.", "Why?", "slowly", "\n"])
profiles = st.lists(headings | phrases, max_size=120).map(" ".join) | st.lists(headings | phrases).map(
    "\n".join
)


@settings(deadline=None)  # a busy machine is no failure
@given(profiles, st.integers(1, 100))
def test_an_excerpt_keeps_its_limit_and_invents_nothing(profile: str, limit: int) -> None:
    taken = " ".join(excerpt(profile, limit)).split()
    assert len(taken) <= limit
    assert {word.rstrip("…") for word in taken} <= set(profile.split())


def test_a_persona_of_uxagent_without_intent_is_refused(write: Write) -> None:
    path = write("imani.json", {"persona": IMANI})
    assert mistake(path) == f"{path}: `intent` is missing."


def test_one_of_a_list_is_taken_by_its_place(write: Write) -> None:
    several = [{"persona": f"Persona: P{i}", "intent": "a hat"} for i in (1, 2, 3)]
    path = write("personas.json", several)
    second = load_persona(f"{path}#2")
    assert (second.id, second.name) == ("personas-2", "P2")
    assert f"holds 3 personas; name one by its place, as in `{path}#1`" in mistake(path)
    assert "there is no `#4`" in mistake(f"{path}#4")
    assert "there is no `#0`" in mistake(f"{path}#0")
    assert load_persona(write("one.json", several[:1])).id == "one"
    assert "leave `#2` away" in mistake(write("single.json", several[0]) + "#2")
