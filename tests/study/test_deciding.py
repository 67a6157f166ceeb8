"""What a study's model is told of the pages of its arms."""

from agent.messages import PromptStyle
from agent.persona import load_persona
from agent.visit import Model
from study.deciding import Deciding, Minds
from study.plan import Planned
from tests.study.studies import resolved


async def test_pages_of_others_are_fenced_and_those_of_the_sandbox_are_told_as_was_taught() -> None:
    model = Model("http://127.0.0.1:9", "taught", 4096, len, prompt=PromptStyle.TAUGHT)
    study = resolved(
        arms={"ours": {}, "theirs": {"site": "http://127.0.0.1:9/"}},
        policy={"kind": "model"},
        shop={"size": 50},
    )
    async with Deciding(study, Minds((model,)), 1) as deciding:
        for arm, fenced in (("ours", False), ("theirs", True)):
            planned = Planned(1, 1, arm, load_persona("maya"), "A kettle.", 1)
            assert deciding.described(planned)["fenced"] is fenced
    assert model.among_others().reads.fences
    told_otherwise = Model("http://127.0.0.1:9", "taught", 4096, len, fenced=False)
    assert not told_otherwise.among_others().reads.fences
