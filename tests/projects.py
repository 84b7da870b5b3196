"""Small real projects for tests: a folder with a corpus, and its index."""

from __future__ import annotations

from pathlib import Path

from searchkit.workflow.indexing import IndexReport, index
from searchkit.workflow.workspace import Workspace

HARBOUR = """Harbour Handles More Containers in May

The harbour of Northport handled 412,000 containers in May, 3.5% more than in April. The port \
authority said that the new crane had shortened waiting times.

Exports of timber fell for the third month. Analysts expect a recovery in autumn.

Source: Northport Courier, June 4, 2024
https://courier.example.org/2024/06/04/harbour
"""

BRIDGE = """Old Bridge Closes for Repairs: Ferry Doubles Its Trips

The council of Northport closed the old bridge on June 10 after an inspection. Repairs will cost \
12 million crowns and last until March 2025.

A ferry carries 900 passengers a day meanwhile. The ferry company hired eight people.

Source: Radio North, June 11, 2024
https://radio.example.org/bridge-closed
"""

SCHOOL = """# School Meals Become Free

The county pays for the meals of 5,400 pupils from August. Parents had paid 31 crowns a meal.
"""

FRONT_MATTER = """---
title: School Meals Become Free
outlet: County Gazette
date: 2024-07-02
link: https://gazette.example.org/meals
---
"""


def make(folder: Path, files: dict[str, str] | None = None) -> Workspace:
    """A project with these files under ``corpus/``; the usual three articles by default."""
    if files is None:
        files = {"digest.txt": f"{HARBOUR}\n{BRIDGE}", "school.md": FRONT_MATTER + SCHOOL}
    corpus = folder / "corpus"
    for name, text in files.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    corpus.mkdir(exist_ok=True)
    return Workspace.open(folder / "index", create=True)


def indexed(folder: Path, files: dict[str, str] | None = None) -> tuple[Workspace, IndexReport]:
    """The project of `make`, indexed."""
    workspace = make(folder, files)
    return workspace, index(workspace)
