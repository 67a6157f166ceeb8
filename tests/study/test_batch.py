"""The batch: what it does with sessions that succeed, fail, or are stopped."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import UserError
from agent.session import EndingKind
from study.batch import TRIES, Batch, Now, Why
from study.ledger import Ledger, Ran, State
from study.plan import Planned, plan
from tests.study.studies import ran, resolved

STUDY = resolved(personas=[{"sample": 10}])


class Somewhere:
    """Runs sessions by what a function says of them, and remembers which."""

    def __init__(self, come_of: Callable[[Planned, int], Ran]) -> None:
        self.tries: Counter[str] = Counter()
        self.most = 0
        self._under_way = 0
        self._come_of = come_of

    async def run(self, planned: Planned) -> Ran:
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        try:
            await asyncio.sleep(0)
            self.tries[planned.key] += 1
            return self._come_of(planned, self.tries[planned.key])
        finally:
            self._under_way -= 1


def run(
    folder: Path, where: Somewhere, ledger: Ledger, *, enough: Callable[[Planned, Ran], bool] | None = None
) -> tuple[Why, list[Now]]:
    told: list[Now] = []
    batch = Batch(STUDY, plan(STUDY), ledger, folder, where, 3, told.append, enough)
    return asyncio.run(batch.run()), told


def test_every_session_runs_once_and_never_more_at_once_than_workers(tmp_path: Path) -> None:
    where = Somewhere(lambda *_: ran())
    with Ledger(tmp_path) as ledger:
        why, told = run(tmp_path, where, ledger)
        assert why is Why.COMPLETE
        assert set(where.tries.values()) == {1}
        assert len(where.tries) == STUDY.sessions
        assert where.most == 3
        assert ledger.counts() == {State.DONE: STUDY.sessions}
        assert told[-1].done == told[-1].total == STUDY.sessions
        again = Somewhere(lambda *_: ran())
        run(tmp_path, again, ledger)
        assert not again.tries


def test_a_fault_is_tried_again_and_given_up_in_the_end(tmp_path: Path) -> None:
    bad = plan(STUDY)[4].key

    def come_of(planned: Planned, tries: int) -> Ran:
        failed = planned.key == bad or (planned.number == 8 and tries == 1)
        return ran(EndingKind.FAULT, "The page crashed.") if failed else ran()

    where = Somewhere(come_of)
    with Ledger(tmp_path) as ledger:
        run(tmp_path, where, ledger)
        assert where.tries[bad] == TRIES
        assert where.tries[plan(STUDY)[7].key] == 2
        assert ledger.counts() == {State.DONE: STUDY.sessions - 1, State.FAULT: 1}
        entry = ledger.entry(bad)
        assert entry.ran is not None
        assert entry.ran.message == "The page crashed."
        better = Somewhere(lambda *_: ran())
        run(tmp_path, better, ledger)
        assert better.tries == {bad: 1}


def test_where_all_fails_it_stops_and_says_so(tmp_path: Path) -> None:
    where = Somewhere(lambda *_: ran(EndingKind.FAULT, "The shop cannot be reached."))
    with Ledger(tmp_path) as ledger:
        with pytest.raises(
            UserError, match=r"The shop cannot be reached\. Mend that, and go on with --resume"
        ):
            run(tmp_path, where, ledger)
        assert where.tries.total() < 20
        assert State.RUNNING not in ledger.counts()


def test_what_no_session_survives_ends_the_batch_and_the_others_wait_again(tmp_path: Path) -> None:
    def come_of(planned: Planned, _: int) -> Ran:
        if planned.number == 6:
            raise UserError("the disk is full")
        return ran()

    with Ledger(tmp_path) as ledger:
        with pytest.raises(UserError, match="the disk is full"):
            run(tmp_path, Somewhere(come_of), ledger)
        counts = ledger.counts()
        assert counts[State.RUNNING] == 0
        assert counts[State.DONE] >= 3
        assert ledger.entry(plan(STUDY)[5].key).state is not State.DONE
        run(tmp_path, Somewhere(lambda *_: ran()), ledger)
        assert ledger.counts() == {State.DONE: STUDY.sessions}


def test_enough_is_enough(tmp_path: Path) -> None:
    where = Somewhere(lambda *_: ran())
    with Ledger(tmp_path) as ledger:
        why, _ = run(tmp_path, where, ledger, enough=lambda planned, _: planned.number == 7)
        assert why is Why.STOPPED_EARLY
        assert 7 <= ledger.counts()[State.DONE] <= 10
        assert ledger.counts()[State.RUNNING] == 0
