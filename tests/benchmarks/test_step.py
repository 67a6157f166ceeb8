"""What the benchmark of a step makes of its measurements, and the visit that it measures."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest
from rich.console import Console

from agent.actions import Decision, name_in
from agent.browser import open_browser, tab
from agent.recording import read_recording
from benchmarks.step import AGENT, BASE, slope, tables, ways_of
from benchmarks.step_bench.cost import Cost, family, memory
from benchmarks.step_bench.many import Sample
from benchmarks.step_bench.parts import TIMED, timed_parts
from benchmarks.step_bench.tokens import Tokens, _shared, counters
from benchmarks.step_bench.visits import DECISIONS, by_agent, by_hand, plain_chromium, settings
from sandbox_shop import ShopSettings, running_shop
from tests.loopback import LoopbackServer


def test_ratios_are_within_a_round() -> None:
    costs = {
        BASE: [Cost(2.0, 1.0), Cost(4.0, 2.0), Cost(8.0, 4.0)],
        AGENT: [Cost(3.0, 1.0), Cost(4.0, 3.0), Cost(20.0, 4.0)],
    }
    base, agent = ways_of(costs)
    assert (base.wall_ratio, base.cpu_ratio) == (1.0, 1.0)
    assert (agent.name, agent.wall, agent.cpu) == (AGENT, 4.0, 3.0)
    assert (agent.wall_ratio, agent.cpu_ratio) == (1.5, 1.0)


def samples(*held: float) -> list[Sample]:
    return [Sample(50 * place, python=mib, driver=0, chromium=0) for place, mib in enumerate(held, start=1)]


def test_a_steady_rise_is_told_by_a_thousand_sessions_and_the_first_sample_is_left_out() -> None:
    rise, half = slope(samples(900, 100, 101, 102, 103), lambda sample: sample.python)
    assert rise == pytest.approx(20.0)
    assert half == pytest.approx(0.0, abs=1e-6)


def test_what_only_goes_up_and_down_rises_by_less_than_its_own_uncertainty() -> None:
    rise, half = slope(samples(900, 100, 103, 99, 102, 100, 101), lambda sample: sample.python)
    assert abs(rise) < half


def test_too_few_samples_have_no_slope() -> None:
    assert all(map(math.isnan, slope(samples(900, 100, 101), lambda sample: sample.python)))


def test_the_beginning_that_two_prompts_share_ends_with_the_first_difference() -> None:
    assert _shared([1, 2, 3], [1, 2, 4, 3]) == 2
    assert _shared([1, 2], [1, 2, 3]) == 2
    assert _shared([], [1]) == 0


@pytest.fixture
def metrics() -> Iterator[str]:
    """A server that tells of itself as vLLM does; its address with the `/v1` of the API."""
    told = b"""# HELP vllm:prompt_tokens_total Number of prefill tokens processed.
vllm:prompt_tokens_total{engine="0",model_name="m"} 1500.0
vllm:prompt_tokens_created{engine="0",model_name="m"} 1.79e+09
vllm:prefix_cache_queries_total{engine="0",model_name="m"} 1500.0
vllm:prefix_cache_hits_total{engine="0",model_name="m"} 1024.0
vllm:prefix_cache_hits_total{engine="1",model_name="m"} 128.0
"""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/metrics" else 404)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Keeps quiet."""

    with LoopbackServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_the_servers_counters_are_added_over_its_engines(metrics: str) -> None:
    assert counters(metrics) == {"prompt": 1500, "asked": 1500, "found": 1152}


def test_a_process_is_counted_with_its_children_but_for_those_that_are_left_out() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in [process.pid for process in family()]
        left = family(without=[child.pid])
        assert child.pid not in [process.pid for process in left]
        assert memory(left) > 0
        child.communicate(b"\n")


def told() -> dict[str, object]:
    """Figures as a run writes them."""
    way = {"name": "by hand", "wall": 4.5, "cpu": 3.25, "wall_ratio": 1.0, "cpu_ratio": 1.0}
    rate = {"windows": 4, "browsers": 2, "sessions": 24, "seconds": 60.0, "cpu_seconds": 48.0, "mib": 700.0}
    tokens = {"prompt": "taught", "steps": 12, "prompts": 9000, "computed": 1100, "new": 1000, "ratio": 1.1}
    return {
        "visit": [way],
        "parts": {"observe: capture": {"seconds": 0.0125, "times": 1.06}},
        "gym": {"agent, screenshots": 0.2, "BrowserGym": 1.0},
        "rates": [{**rate, "a_minute": 24.0}],
        "memory": {
            "samples": [{"sessions": 2000, "python": 80.0, "driver": 90.0, "chromium": 500.0}],
            "rise": {"python": [0.1, 0.2], "driver": [0.0, 0.1], "chromium": [-1.0, 3.0]},
        },
        "tokens": [tokens],
    }


def test_the_tables_show_what_was_measured() -> None:
    console = Console(width=110, record=True)
    for table in tables(json.loads(json.dumps(told()))):
        console.print(table)
    shown = console.export_text()
    for figure in ("4.50", "12.5", "0.20", "24.0", "2,000 sessions", "-1.0 ± 3.0", "9000", "1.10"):
        assert figure in shown


def test_nothing_computed_twice_is_a_ratio_of_one() -> None:
    assert Tokens("taught", steps=3, prompts=900, computed=450, new=450).ratio == 1


def name_and_thought(decision: Decision) -> tuple[str, str | None, str]:
    """A decision without the text that was typed, which is masked where it is a secret."""
    action = decision.action
    return action.type, name_in(action), decision.rationale


async def test_the_agent_and_the_script_buy_the_same_and_every_part_of_a_step_is_timed(
    tmp_path: Path,
) -> None:
    originals = [vars(owner)[name] for _, owner, name in TIMED]
    with running_shop(ShopSettings()) as shop:
        async with open_browser(settings(screenshots=True)) as browser, plain_chromium() as chromium:
            with timed_parts() as spent:
                await by_agent(browser, shop.url, tmp_path / "recording")
            await by_hand(chromium, shop.url, tmp_path / "kept")
        orders = [event.detail for event in shop.events() if event.kind == "order"]
    assert [vars(owner)[name] for _, owner, name in TIMED] == originals
    assert vars(tab)["capture"] in originals
    assert [order["items"][0]["title"] for order in orders] == [orders[0]["items"][0]["title"]] * 2
    steps = read_recording(tmp_path / "recording").steps
    assert [name_and_thought(step.decision) for step in steps] == list(map(name_and_thought, DECISIONS))
    assert len(spent["perform"]) == len(spent["record"]) == len(DECISIONS)
    assert len(spent["observe"]) == len(DECISIONS) + 1
    assert len(spent["observe: screenshot"]) == len(list((tmp_path / "recording").rglob("*.jpg")))
    assert len(spent["perform: click"]) + len(spent["perform: type"]) == len(DECISIONS)
    assert len(list((tmp_path / "kept").glob("*.jpg"))) == len(DECISIONS) + 1
