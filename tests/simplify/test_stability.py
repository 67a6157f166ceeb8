"""Names stay what they are when something unrelated changes, and files are simplified side by side."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from simplify import Observation, simplify
from tests.simplify.conftest import PAGES

COLOURS = ("Red", "Blue", "Green", "Ivory", "Slate", "Amber")
MAKERS = ("Brindle", "Fjellbo", "Otterbank", "Larkfield", "Cradle & Co", "Größe")
THINGS = ("Kettle", "Pot with Lid", "Tea Towel", "Cordless Lamp", "Sauté Pan", "Toaster")
TITLES = st.lists(
    st.builds("{} {} {}".format, st.sampled_from(MAKERS), st.sampled_from(COLOURS), st.sampled_from(THINGS)),
    min_size=6,
    max_size=24,
    unique=True,
)
FILTERS = st.lists(st.sampled_from(MAKERS), min_size=2, max_size=5, unique=True)


def shop(titles: list[str], makers: list[str], *, before: str = "", after: str = "") -> str:
    cards = "".join(
        f"<li><a href='/{title}'><img alt='{title}'></a><a href='/{title}'>{title}</a> 4.2 of 5 (31), $9.00"
        f"<button>Add to cart</button></li>"
        for title in titles
    )
    boxes = "".join(f"<label><input type=checkbox> {maker} (3)</label>" for maker in makers)
    return (
        "<title>Shop</title><header><a href='/'>The shop</a><form role=search><input aria-label='Search'>"
        f"<button>Go</button></form><a href='/cart'>Cart 0</a></header>{before}<main><h1>Kitchen</h1>"
        f"<fieldset><legend>Brand</legend>{boxes}</fieldset><label>Sort by <select><option>Newest<option>"
        f"Price: low to high</select></label><ol>{cards}</ol></main>{after}<footer><a href='/help'>Help</a>"
        "<a href='/returns'>Returns</a></footer>"
    )


def kept(before: str, after: str) -> float:
    """The share of the targets of one page that bear the same name on another."""
    old, new = simplify(before).targets, simplify(after).targets
    same = [name for name, target in old.items() if name in new and new[name].label == target.label]
    return len(same) / len(old)


@settings(max_examples=60, deadline=None)
@given(TITLES, FILTERS)
def test_unrelated_content_renames_nothing(titles: list[str], makers: list[str]) -> None:
    page = shop(titles, makers)
    banner = (
        "<div><p>Winter sale until Sunday</p><a href='/sale'>See the offers</a><button>Close</button></div>"
    )
    news = (
        "<section><h2>From our journal</h2><p>How to descale.</p><a href='/journal'>Read more</a></section>"
    )
    assert kept(page, shop(titles, makers, before=banner, after=news)) >= 0.98


@settings(max_examples=60, deadline=None)
@given(TITLES, FILTERS, st.randoms())
def test_sorting_a_list_otherwise_renames_nothing(
    titles: list[str], makers: list[str], dice: st.DataObject
) -> None:
    page = shop(titles, makers)
    shuffled = list(titles)
    dice.shuffle(shuffled)  # type: ignore[attr-defined] # it is a `random.Random`
    assert kept(page, shop(shuffled, list(reversed(makers)))) >= 0.98


def observed(page: bytes) -> tuple[str, list[str]]:
    observation: Observation = simplify(page)
    return observation.html, list(observation.targets)


def test_eight_files_side_by_side_give_what_they_give_alone() -> None:
    files = [path.read_bytes() for path in sorted(PAGES.glob("*.html"))][:8]
    assert len(files) == 8
    alone = [observed(page) for page in files]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(observed, files)) == alone
    with ProcessPoolExecutor(8) as processes:
        assert list(processes.map(observed, files)) == alone
