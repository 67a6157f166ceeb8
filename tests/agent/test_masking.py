import gzip
import json
from pathlib import Path

import pytest

from agent.actions import Click, TypeAndSubmit
from agent.masking import (
    CARD,
    CODE,
    E_MAIL,
    EXPIRY,
    HOLDER,
    PASSWORD,
    PHONE,
    STAND_INS,
    USER_NAME,
    Secrets,
    cards_masked,
    contacts_masked,
    drawn,
)
from agent.page_view import PageView
from agent.recording import Header, Recorder, read_recording
from agent.session import Outcome, Step
from simplify import Observation, Target, TargetKind
from tests.agent.test_recording import header
from tests.agent.values import step


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to ann.lee+shop@mail.example.org, please", f"Write to {E_MAIL}, please"),
        ("ANN@EXAMPLE.COM", E_MAIL),
        ("call +49 (0)151 2345 6789 now", f"call {PHONE} now"),
        ("Tel. 030/1234567-8", f"Tel. {PHONE}"),
        ("(614) 555-0134", PHONE),
        ("6145550134", PHONE),
        ("4242 4242 4242 4242", CARD),
        ("paid with 4242-4242-4242-4242.", f"paid with {CARD}."),
        ("378282246310005", CARD),
    ],
)
def test_contact_data_of_people_is_masked(text: str, masked: str) -> None:
    assert contacts_masked(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "$1,234,567.00 for 12 items",
        "delivered 2026-11-26 to 2026-12-01",
        "order 4812, 43004 Columbus",
        "size 38-40-42, 4.3 of 5, 1,204 reviews",
        "EAN 4006381333931",
        "#123456789",
        "1.7 L, 220-240 V, 50/60 Hz, 2200 W",
        "@handle and a@b",
        "12.11.2026 13.11.2026",
    ],
)
def test_what_shops_write_stays(text: str) -> None:
    assert contacts_masked(text) == text


def test_only_numbers_whose_check_digit_is_right_are_cards() -> None:
    assert cards_masked("4242 4242 4242 4242 and 4242 4242 4242 4243") == f"{CARD} and 4242 4242 4242 4243"
    assert cards_masked("0000000000000000") == "0000000000000000"


@pytest.mark.parametrize("mask", STAND_INS)
def test_a_stand_in_is_masked_as_what_it_stands_for(mask: str) -> None:
    if mask in {PASSWORD, CODE, EXPIRY, HOLDER, USER_NAME}:
        return  # these are known by where they are typed, or beforehand
    assert contacts_masked(STAND_INS[mask]) == mask


def field(kind: str, value: str = "") -> tuple[Observation, str]:
    target = Target(name="the_field", kind=TargetKind.TEXT, label="Field", ref=":3")
    observation = Observation(
        url="https://shop.test/?q=1",
        title="Pay",
        html=f'<title>Pay</title><input name="the_field" type="text" value="{value}"/>',
        targets={"the_field": target},
    )
    page = f"<input data-ref=':13'/><input type='text' data-ref=':3' data-secret='{kind}'/>"
    return observation, page


def typed(text: str, **changes: object) -> Step:
    return step(action=TypeAndSubmit(name="the_field", text=text)).model_copy(update=changes)


def on_disk(folder: Path) -> str:
    parts = [path.read_text() for path in sorted(folder.rglob("*.html"))]
    parts += [gzip.decompress(path.read_bytes()).decode() for path in sorted(folder.rglob("*.gz"))]
    return "\n".join([(folder / "session.jsonl").read_text(), *parts])


def test_a_name_is_masked_on_the_card_alone(tmp_path: Path) -> None:
    observation, page = field("holder")
    recorder = Recorder(tmp_path / "r", header())
    recorder.append(typed("Ann Example"), PageView(observation, page, None))
    other, elsewhere = field("none")
    recorder.append(typed("Ann Example", index=2), PageView(other, elsewhere, None))
    recorder.close()
    actions = [each.decision.action for each in read_recording(tmp_path / "r").steps]
    assert actions == [TypeAndSubmit(name="the_field", text=text) for text in (HOLDER, "Ann Example")]


@pytest.mark.parametrize(
    ("kind", "secret", "mask"),
    [
        ("password", "correct horse 9", PASSWORD),
        ("card", "4242 4242 4242 4242", CARD),
        ("code", "737", CODE),
        ("expiry", "12/30", EXPIRY),
        ("holder", "Ann Example", HOLDER),
        ("password", "a&b<c>'\"d", PASSWORD),
    ],
)
def test_a_secret_that_was_typed_is_nowhere_on_disk(
    tmp_path: Path, kind: str, secret: str, mask: str
) -> None:
    observation, page = field(kind)
    recorder = Recorder(tmp_path / "r", header())
    outcome = Outcome(accepted=True, message=f'The field says "{secret}".', url="https://shop.test/")
    first = typed(secret, outcome=outcome)
    first = first.model_copy(
        update={"decision": first.decision.model_copy(update={"rationale": f"I type {secret}."})}
    )
    recorder.append(first, PageView(observation, page, None))
    recorder.close()
    (back,) = read_recording(tmp_path / "r").steps
    assert back.decision.action == TypeAndSubmit(name="the_field", text=mask)
    assert back.outcome.message == f'The field says "{mask}".'
    assert back.decision.rationale == f"I type {mask}."
    assert json.dumps(secret) not in on_disk(tmp_path / "r")
    assert secret not in on_disk(tmp_path / "r")


def test_a_page_that_echoes_a_secret_later_does_not_bring_it_to_disk(tmp_path: Path) -> None:
    observation, page = field("card")
    recorder = Recorder(tmp_path / "r", header())
    recorder.append(typed("5555 5555 5555 4444"), PageView(observation, page, None))
    echo = "You pay with 5555-5555-5555-4444 (5555555555554444)."
    later = Observation(url="https://shop.test/", title=echo, html=f"<p>{echo}</p>")
    outcome = Outcome(accepted=True, message="Done.", url="https://shop.test/?card=5555+5555+5555+4444")
    recorder.append(
        step(2, action=Click(name="ok"), title=echo).model_copy(update={"outcome": outcome}),
        PageView(later, f"<p>{echo}</p>", None),
    )
    recorder.close()
    assert "5555" not in on_disk(tmp_path / "r")


def test_what_is_typed_elsewhere_stays(tmp_path: Path) -> None:
    observation, page = field("none")
    recorder = Recorder(tmp_path / "r", header())
    recorder.append(typed("ann@example.com"), PageView(observation, page, None))
    recorder.close()
    (back,) = read_recording(tmp_path / "r").steps
    assert back.decision.action == TypeAndSubmit(name="the_field", text="ann@example.com")


def test_contact_data_of_a_person_is_masked_in_names_and_pages_alike(tmp_path: Path) -> None:
    name = "signed_in_as_ann_lee_example_com"
    link = Target(name=name, kind=TargetKind.LINK, label="Signed in as ann.lee@example.com", ref=":1")
    told = f'<a name="{name}">Signed in as ann.lee@example.com</a> <p>Call (614) 555-0134</p>'
    observation = Observation(url="https://shop.test/", title="Shop", html=told, targets={name: link})
    recorder = Recorder(tmp_path / "r", header(), mask_contacts=True)
    recorder.append(step(action=Click(name=name)), PageView(observation, told, None))
    recorder.close()
    (back,) = read_recording(tmp_path / "r").steps
    assert back.decision.action == Click(name="signed_in_as_e_mail")
    assert 'name="signed_in_as_e_mail"' in back.observation
    assert not {"ann", "555-0134"} & set(on_disk(tmp_path / "r").replace("@", " ").split())


def test_the_header_is_masked_too(tmp_path: Path) -> None:
    made = Header.model_validate(header().model_dump() | {"intent": "ask ann@example.com"})
    Recorder(tmp_path / "r", made, mask_contacts=True).close()
    assert read_recording(tmp_path / "r").header.intent == f"ask {E_MAIL}"


def known(user: str, password: str) -> Secrets:
    secrets = Secrets()
    secrets.know({USER_NAME: user, PASSWORD: password})
    return secrets


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("Hello jo.o'bloggs@mail.example", "Hello [user name]"),
        ("Hello JO.O'BLOGGS@MAIL.EXAMPLE", "Hello [user name]"),
        ("value='Jo.O&#39;Bloggs@Mail.example'", "value='[user name]'"),
        ("Jo.O&#x27;Bloggs@Mail.example, Jo.O&apos;Bloggs@Mail.example", "[user name], [user name]"),
        ("?u=jo.o%27bloggs%40mail.example&v=1", "?u=[user name]&v=1"),
        ("?u=jo.o'bloggs%40mail%2eexample", "?u=[user name]"),
        ("?next=%2Fu%3Djo.o%2527bloggs%2540mail.example", "?next=%2Fu%3D[user name]"),
        ("data-link='/u/id_Jo.O&#39;Bloggs@Mail.example_2'", "data-link='/u/id_[user name]_2'"),
        ("""value='p&lt;a&amp;b"c\\ d'""", "value='[password]'"),
        ('value="p&lt;a&amp;b&quot;c\\ d"', 'value="[password]"'),
        ('{"password": "p<a&b\\"c\\\\ d"}', '{"password": "[password]"}'),
        ("?p=p%3Ca%26b%22c%5C+d", "?p=[password]"),
        ('xp<a&b"c\\ dx', "x[password]x"),
    ],
)
def test_a_secret_is_masked_however_it_is_spelled(said: str, masked: str) -> None:
    secrets = known("Jo.O'Bloggs@Mail.example", 'p<a&b"c\\ d')
    assert secrets.in_markup(said) == masked
    assert secrets.in_text(said) == masked


def test_a_short_secret_is_masked_as_a_word_and_in_markup_where_it_stands_alone() -> None:
    secrets = known("jo-b", "Horse-9")
    assert (
        secrets.in_text("horse-9, Horse-99 and jo-b, bojo-b")
        == "[password], Horse-99 and [user name], bojo-b"
    )
    page = "<input type='text' value='Horse-9'/><b class='Horse-9'>horse-9</b><p>a Horse-9</p><p>jo-b</p>"
    assert secrets.in_markup(page) == (
        "<input type='text' value='[password]'/><b class='Horse-9'>[password]</b><p>a Horse-9</p><p>jo-b</p>"
    )


def test_a_secret_is_found_where_it_is_drawn_in_parts() -> None:
    assert drawn("Jo.Bloggs@Mail.example").search("Hello\0Jo.\0\u200bbloggs@\0mail.\u00adexample\0!")
    assert drawn("jo").search("Hello\0jo\0!")
    assert not drawn("jo").search("Hello\0major\0!")
    assert not drawn("Jo.Bloggs@Mail.example").search("Jo.\0Lee@mail.example")
