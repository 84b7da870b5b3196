"""A writer that is killed at any moment leaves the state before or after."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_contract import lines
from engine_writer import state, store

from searchkit.engine.whoosh import WhooshEngine
from searchkit.query import parse

KILLS = 10
_SCRIPT = Path(__file__).with_name("engine_writer.py")


def _kill(folder: Path, number: int, delay: float) -> int:
    """Let a process write states from this one on, and kill it.

    Returns:
        The last state that it said was stored.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(_SCRIPT), str(folder), str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        said = (first + process.stdout.read()).split()
    assert process.returncode == -signal.SIGKILL
    return int(said[-1])


def _stored_state(engine: WhooshEngine) -> int:
    (id,) = engine.ids("articles", "b")
    return int(id[1:])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs processes that can be killed")
def test_a_killed_writer_leaves_a_whole_state(tmp_path: Path) -> None:
    chance = random.Random(5)
    engine = WhooshEngine.open(tmp_path, create=True)
    store(engine, 0)
    number = 0
    for _ in range(KILLS):
        said = _kill(tmp_path, number + 1, chance.uniform(0, 0.12))
        engine.refresh()
        number = _stored_state(engine)
        assert number in (said, said + 1)
        assert engine.articles(engine.ids("articles")) == state(number)
        found = engine.claims(engine.ids("claims"))
        # Articles and claims are two indexes: a kill may fall between their commits.
        assert found in [
            sorted((c for a in state(n) for c in lines(a)), key=lambda c: c.id)
            for n in (number, number + 1)
        ]
        assert engine.count("articles", parse("moon")) == 1

        number += 1
        store(engine, number)
        assert engine.articles(engine.ids("articles")) == state(number)
        assert engine.count("claims", parse(f"state{number}")) == 9
        assert engine.check() == []
    engine.close()
    assert len(list(tmp_path.glob("*/*"))) < 120, "killed writers leave no files for good"
