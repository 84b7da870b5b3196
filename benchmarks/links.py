"""How long it takes to check 1,000 links of many servers, good and bad.

    python -m benchmarks.links [LINKS [HOSTS]]

A server on loopback plays all of them: pages, redirects, 404 and 410, refusals, faults of servers,
slow answers, answers that never end, broken ones. Then it is checked that no bad answer was taken
for a dead page.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from projects import indexed
from webserver import Watched, served

from searchkit.evidence.record import APART
from searchkit.workflow.checking import check_links
from searchkit.workflow.links import Link
from searchkit.workflow.reviewing import link

#: Path -> of a thousand links, how many lead there.
MIX = {
    "/page": 560,
    "/nohead": 60,
    "/to/301?u=/page": 80,
    "/to/302?u=/page": 40,
    "/status/404": 60,
    "/status/410": 20,
    "/status/403": 50,
    "/status/401": 10,
    "/status/429": 20,
    "/status/500": 10,
    "/status/503": 20,
    "/slow?s=0.5": 30,
    "/slow?s=30": 5,
    "/drip": 5,
    "/drop": 10,
    "/long": 5,
    "/garbage": 5,
    "/loop": 5,
    "/bomb": 5,
}


def main() -> None:
    """Check twice, a day apart, and print time and counts."""
    total, hosts = (int(arg) for arg in (*sys.argv[1:], *("1000", "100")[len(sys.argv) - 1 :]))
    rng = random.Random(1)
    paths = rng.choices(list(MIX), weights=list(MIX.values()), k=total)
    web = Watched()
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory() as folder, served() as site:
        ws, _ = indexed(Path(folder))
        links = []
        for number, path in enumerate(paths):
            joint = "&" if "?" in path else "?"
            host = f"host{number % hosts}.example"
            links.append(Link(site.url(f"{path}{joint}n={number}", host)))
        with ws:
            claim = ws.engine.ids("claims")[0]
            link(ws, claim, links, reviewer="Benchmark")
            for day in range(2):
                found = check_links(ws, web, sources=False, now=now + day * APART)
                counts = ", ".join(f"{n} {state}" for state, n in found.counts.items() if n)
                print(f"day {day + 1}: {len(found.links)} links in {found.seconds:.1f} s: {counts}")
        print("most requests at once to one server:", max(web.peak.values()))
        gone = {link.result.url for link in found.links if link.result.state == "dead"}
        right = {one.url for one in links if "/status/404" in one.url or "/status/410" in one.url}
        print(
            f"dead: {len(gone)}, of which wrongly: {len(gone - right)}; missed: {len(right - gone)}"
        )
        print("asked:", dict(Counter(method for method, _, _ in site.requests)))


if __name__ == "__main__":
    main()
