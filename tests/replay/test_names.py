from replay.names import find
from simplify import Observation, simplify


def page(*lines: str) -> Observation:
    return simplify("<html><body>" + "".join(f"<div>{line}</div>" for line in lines) + "</body></html>")


def only(observation: Observation, label: str) -> str:
    (name,) = [each.name for each in observation.targets.values() if each.label == label]
    return name


def named(observation: Observation, at: int) -> str:
    return list(observation.targets)[at]


def test_a_target_is_found_under_its_name() -> None:
    before = page('<a href="/k">Kettle</a>', "<button>Add</button>")
    found = find(only(before, "Add"), before, before)
    assert (found.name, found.same) == (only(before, "Add"), True)


def test_the_only_thing_that_says_the_same_is_found_under_another_name() -> None:
    before = page('<a href="/k">Kettle</a>')
    after = page('<nav aria-label="Shop by need"><a href="/k">Kettle</a> <a href="/t">Kettle !</a></nav>')
    name = only(before, "Kettle")
    found = find(name, before, after)
    assert found.name == only(after, "Kettle")
    assert found.same is (found.name == name)


def test_of_several_alike_the_one_in_the_same_line_is_found() -> None:
    lines = [f"<p>{what} <button>Add to cart</button></p>" for what in ("Kettle", "Toaster", "Pan")]
    before, after = page(*lines), page("<p>Iron <button>Add to cart</button></p>", *lines)
    found = find(named(before, 1), before, after)
    assert found.name == named(after, 2)
    assert "Toaster" in next(line for line in after.html.splitlines() if f'name="{found.name}"' in line)


def test_what_is_not_certain_is_not_found() -> None:
    before = page("<button>Go</button>")
    after = page("<p><button>Go</button></p>", "<p><button>Go</button></p>")
    found = find(only(before, "Go"), before, after)
    assert not found.same or found.name in after.targets


def test_a_name_that_stands_for_another_thing_by_now_is_not_taken_for_the_old_one() -> None:
    before, after = page("<button>Pay</button>"), page("<button>Cancel</button>")
    found = find(only(before, "Pay"), before, after)
    assert (found.name, found.same) == (None, False)


def test_a_thing_that_cannot_be_used_any_more_is_not_the_same() -> None:
    before, after = page("<button>Pay</button>"), page("<button disabled>Pay</button>")
    found = find(only(before, "Pay"), before, after)
    assert (found.name, found.same) == (only(before, "Pay"), False)


def test_a_name_that_never_was_is_said_again() -> None:
    before = page("<button>Pay</button>")
    assert find("nonsense", before, before).same
