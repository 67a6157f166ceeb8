"""The ledger: what is done stays done, whoever asks, whatever happens."""

from pathlib import Path

import pytest

from agent.errors import UserError
from agent.session import EndingKind
from study.ledger import LEDGER, Ledger, State, read_ledger
from study.plan import plan
from tests.study.studies import ran, resolved

SESSIONS = plan(resolved())


def test_a_session_goes_from_waiting_to_done(tmp_path: Path) -> None:
    key = SESSIONS[0].key
    with Ledger(tmp_path) as ledger:
        ledger.enter(SESSIONS)
        ledger.begin(key)
        assert ledger.entry(key).state is State.RUNNING
        ledger.done(key, ran())
        entry = ledger.entry(key)
        assert (entry.state, entry.attempts, entry.faults) == (State.DONE, 1, 0)
        assert entry.ran is not None
        assert entry.ran.ending is EndingKind.LEFT
        assert ledger.counts() == {State.DONE: 1, State.WAITING: len(SESSIONS) - 1}
    with Ledger(tmp_path) as again:
        again.enter(SESSIONS)
        assert again.entry(key).state is State.DONE


def test_nothing_undoes_what_is_done(tmp_path: Path) -> None:
    key = SESSIONS[0].key
    with Ledger(tmp_path) as ledger:
        ledger.enter(SESSIONS)
        ledger.begin(key)
        ledger.done(key, ran())
        ledger.begin(key)
        ledger.failed(key, ran(EndingKind.FAULT), again=True)
        ledger.put_back(key)
        ledger.forgive()
        assert ledger.entry(key).state is State.DONE
        assert ledger.entry(key).attempts == 1


def test_faults_are_counted_and_forgiven(tmp_path: Path) -> None:
    key = SESSIONS[0].key
    with Ledger(tmp_path) as ledger:
        ledger.enter(SESSIONS)
        for again in (True, False):
            ledger.begin(key)
            ledger.failed(key, ran(EndingKind.FAULT), again=again)
        assert ledger.entry(key).state is State.FAULT
        assert ledger.entry(key).faults == 2
        ledger.forgive()
        assert ledger.entry(key).state is State.WAITING
        assert ledger.entry(key).faults == 0


def test_one_process_at_a_time_and_others_may_read(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.enter(SESSIONS)
        ledger.note("workers", "4")
        with pytest.raises(UserError, match="being worked on by another simagent"):
            Ledger(tmp_path)
        entries, notes = read_ledger(tmp_path / LEDGER)
        assert [entry.key for entry in entries] == [session.key for session in SESSIONS]
        assert notes == {"workers": "4"}
    Ledger(tmp_path).__exit__()


def test_a_ledger_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_bytes(
        b"not a database, though it is as long as the header of one would be" * 20
    )
    with pytest.raises(UserError, match="cannot be kept"):
        Ledger(tmp_path)
