"""When a page is at rest, and what spares a second look at it: nothing is missed by being quick."""

from collections import Counter
from typing import Any

import pytest

from agent.actions import Click
from agent.browser import Browser, Deadlines
from agent.browser.settling import Rest, settle
from simplify.capture import capture
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, name_of, type_into

NEVER_GIVEN_UP = Deadlines(response=60.0, load=60.0, change=60.0)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("By a timer", "The timer is over"),
        ("By the database", "It is stored"),
        ("By a worker", "It is worked out"),
        ("By a frame", "The frame is there"),
        ("By a picture", "The picture is there"),
    ],
)
async def test_what_comes_a_little_later_is_waited_for(
    chromium: Browser, shop: PageServer, label: str, said: str
) -> None:
    async with chromium.visit(f"{shop.origin}/rest.html") as window:
        assert f'it says "{said}"' in (await click(window, label)).message


async def test_what_scripts_do_once_the_pictures_are_there_is_waited_for(
    chromium: Browser, shop: PageServer
) -> None:
    shop.patience = 0.3
    shop.written["/loads.html"] = (
        "<title>Loads</title><p id=said>Loading…</p>"
        "<img src=/held?1 onerror=\"this.onerror = null; this.src = '/held?2'\">"
        "<script>onload = () => { said.textContent = 'All is there' }</script>"
    )
    async with chromium.visit(f"{shop.origin}/loads.html") as window:
        assert "All is there" in (await window.observe()).observation.html


async def test_a_picture_that_never_comes_is_not_waited_for(chromium: Browser, shop: PageServer) -> None:
    shop.written["/hangs.html"] = "<title>Hangs</title><p>Kettles</p><img src=/held>"
    async with chromium.visit(f"{shop.origin}/hangs.html") as window:
        assert await settle(window._pages.front(), NEVER_GIVEN_UP) is Rest.CALM
        shop.release()


FADING = """<title>Fading</title><style>
@keyframes out { to { opacity: .2; } } @keyframes turn { to { rotate: 1turn; } }
.closing { animation: out .3s forwards; } .turning { animation: turn .3s infinite; }
button { transition: background-color 30s; } button:hover { background: red; }
</style><p class=turning>Sale</p><button onclick="list.classList.add('closing')">Close the list</button>
<ul id=list onanimationend="this.remove()"><li>Ohio<li>Iowa</ul>"""


async def test_what_fades_away_is_gone_before_anything_else_is_told(
    chromium: Browser, shop: PageServer
) -> None:
    shop.written["/fading.html"] = FADING
    async with chromium.visit(f"{shop.origin}/fading.html") as window:
        outcome = await click(window, "Close the list")
        assert outcome.message == 'The page changed: "Ohio", "Iowa" went away.'


async def test_what_turns_for_ever_and_what_changes_its_colour_is_not_waited_for(
    chromium: Browser, shop: PageServer
) -> None:
    shop.written["/turning.html"] = FADING.replace("list.classList", "0 && list.classList")
    async with chromium.visit(f"{shop.origin}/turning.html") as window:
        assert (await click(window, "Close the list")).message == "Nothing on the page changed."
        assert await settle(window._pages.front(), NEVER_GIVEN_UP) is Rest.CALM


SLIDING = """<title>Sliding</title><style>#list { height: 0; overflow: hidden; margin: 0 }</style>
<script>
const slide = (frame, frames, step) => {
  step(frame / frames);
  if (frame < frames) requestAnimationFrame(() => slide(frame + 1, frames, step));
};
const open_list = () => slide(0, 24, (part) => { list.style.height = `${part * 600}px`; });
const pulse = () => slide(0, 1e9, (part) => { badge.style.opacity = 0.5 + 0.4 * Math.sin(part * 3e8); });
</script>
<button onclick="open_list()">Open the list</button> <b id=badge>Sale</b>
<ul id=list>{items}</ul>"""


async def test_what_a_script_slides_open_is_read_once_it_is_open(chromium: Browser, shop: PageServer) -> None:
    items = "".join(f"<li style='height: 150px'><button>Size {size}</button>" for size in "SMLX")
    shop.written["/sliding.html"] = SLIDING.replace("{items}", items)
    async with chromium.visit(f"{shop.origin}/sliding.html") as window:
        assert "Size" not in (await window.observe()).observation.html
        await click(window, "Open the list")
        labels = {target.label for target in (await window.observe()).observation.targets.values()}
        assert {f"Size {size}" for size in "SMLX"} <= labels


async def test_what_a_script_fades_for_ever_is_waited_for_once(chromium: Browser, shop: PageServer) -> None:
    shop.written["/pulsing.html"] = SLIDING.replace("<ul", "<script>pulse()</script><ul").replace(
        "{items}", ""
    )
    async with chromium.visit(f"{shop.origin}/pulsing.html") as window:
        front = window._pages.front()
        assert await settle(front, NEVER_GIVEN_UP) is Rest.CALM
        assert await front.page.evaluate("getComputedStyle(badge).opacity") != "1"
        assert await settle(front, NEVER_GIVEN_UP) is Rest.CALM


STEPPER = """<title>Stepper</title><style>label { display: block }</style>
<button onclick="amount.value = Number(amount.value) - 1">Fewer</button>
<label>Amount <input id=amount value=1></label>
<button onclick="amount.value = Number(amount.value) + 1">More</button>
<button onclick="secret.value = 'hidden'; size.value = 'M'">Fill in</button>
<label>Password <input id=secret type=password></label>
<label>Size <select id=size><option>S<option>M</select></label>"""


async def test_what_a_button_writes_into_a_field_is_told(chromium: Browser, shop: PageServer) -> None:
    shop.written["/stepper.html"] = STEPPER
    async with chromium.visit(f"{shop.origin}/stepper.html") as window:
        assert (await click(window, "More")).message == '"Amount" now says "2".'
        assert (await click(window, "Fewer")).message == '"Amount" now says "1".'
        assert (await click(window, "Fill in")).message == '"Size" now says "M".'
        assert (await type_into(window, "Amount", "7")).message == 'The field now says "7".'


async def test_what_slips_under_the_mouse_is_not_pressed(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/rest.html") as window:
        outcome = await click(window, "Keep all")
        assert not outcome.accepted
        assert outcome.message == '"Keep all" went away from the page just now.'
        assert "All was removed" not in (await window.observe()).observation.html
        assert 'it says "All was removed"' in (await click(window, "Remove all")).message


@pytest.fixture
def captures(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the page was captured."""
    counted: Counter[str] = Counter()

    async def counting(*given: Any, **named: Any) -> Any:
        counted["captures"] += 1
        return await capture(*given, **named)

    monkeypatch.setattr("agent.browser.tab.capture", counting)
    return counted


async def test_a_page_on_which_nothing_happened_is_read_once_a_step(
    chromium: Browser, shop: PageServer, captures: Counter[str]
) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as window:
        await click(window, "Add to cart")
        await type_into(window, "Note", "Ring twice")
        await click(window, "Gift wrap")
    assert captures["captures"] == 3


async def test_a_page_that_changed_since_the_look_is_read_again(
    chromium: Browser, shop: PageServer, captures: Counter[str]
) -> None:
    async with chromium.visit(f"{shop.origin}/reused.html") as window:
        view = await window.observe()
        await window._pages.front().page.evaluate("fill(['Steel lamp', 'Oak table'])")
        outcome = await window.perform(Click(name="oak_table.add_to_cart"), view.observation)
        assert outcome.message == 'The page changed: it says "Oak table was added".'
    assert captures["captures"] == 2


async def test_what_only_looks_different_is_no_change(
    chromium: Browser, shop: PageServer, captures: Counter[str]
) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as window:
        view = await window.observe()
        await window._pages.front().page.evaluate("add.style.marginLeft = '200px'; add.className = 'big'")
        name = name_of(view.observation, "Add to cart")
        outcome = await window.perform(Click(name=name), view.observation)
        assert outcome.message == 'The page changed: it says "Added to the cart".'
    assert captures["captures"] == 1
