"""A real OpenSearch cluster on loopback: three nodes, each a process that can be killed.

By hand, until Ctrl-C: ``python -m tests.cluster`` (``-h`` tells its options).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

_PROJECT = Path(__file__).parent / "opensearch"
_TARGET = _PROJECT / "target"
#: What makes short-lived nodes start quickly; benchmarks ask for the compilers of a real server.
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
#: Enough for three nodes that start at once on two busy cores.
_PATIENCE = 180.0


class Node:
    """One node: its settings, its process, and how it is reached."""

    def __init__(self, folder: Path, settings: dict[str, Any], java: Sequence[str]) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{settings['http.port']}"
        self.log = folder / "node.log"
        self.process: subprocess.Popen[bytes] | None = None
        own = {"path.home": str(folder), "path.data": str(folder / "data"), **settings}
        folder.mkdir(parents=True)
        (folder / "config").mkdir()
        (folder / "opensearch.json").write_text(json.dumps(own))
        classes = os.pathsep.join((str(_TARGET / "classes"), str(_TARGET / "lib" / "*")))
        self._command = ["java", *java, "-cp", classes, "searchkit.TestNode"]

    def start(self) -> None:
        """Start the process; it answers some seconds later."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._command, str(self.folder / "opensearch.json")],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let the process hang: it keeps its connections and answers nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a process that was paused go on."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Close the node in order, and kill the process when that takes too long."""
        if self.process and self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process:
            if self.runs:
                self.process.send_signal(how)
            self.process.wait()
            if self.process.stdin:
                with suppress(BrokenPipeError):
                    self.process.stdin.close()
            self.process = None


class Cluster:
    """The nodes, of which there are none when the cluster is somebody else's."""

    def __init__(self, urls: Sequence[str], nodes: Sequence[Node] = ()) -> None:
        self.urls = tuple(urls)
        self.nodes = tuple(nodes)

    @property
    def url(self) -> str:
        return self.urls[0]

    def request(
        self, method: str, path: str, body: object = None, *, node: int | None = None
    ) -> dict[str, Any]:
        """Ask a node, without a word of the engine under test.

        Args:
            node: which one; without it, the first that runs.

        Raises:
            urllib.error.HTTPError: the answer is an error.
            OSError: nobody answers.
        """
        if node is None:
            node = next((n for n, one in enumerate(self.nodes) if one.runs), 0)
        request = urllib.request.Request(
            self.urls[node] + path,
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.loads(answer.read() or b"{}")  # type: ignore[no-any-return]

    def wait(
        self, status: str = "green", nodes: int | None = None, patience: float = _PATIENCE
    ) -> None:
        """Wait until so many nodes are there, and their indexes have that status or a better one.

        Args:
            patience: seconds.

        Raises:
            RuntimeError: a process ended, or it takes too long.
        """
        count = len(self.urls) if nodes is None else nodes
        query = f"wait_for_status={status}&wait_for_nodes={count}&timeout=5s"
        latest = time.monotonic() + patience
        while time.monotonic() < latest:
            for one in self.nodes:
                if one.process and not one.runs:
                    raise RuntimeError(f"{one.url} ended: {one.log.read_text()[-3_000:]}")
            with suppress(OSError):
                if not self.request("GET", f"/_cluster/health?{query}")["timed_out"]:
                    return
            time.sleep(0.2)
        raise RuntimeError(f"the cluster did not become {status} with {count} nodes")

    def heal(self) -> None:
        """Start the nodes that were killed, and wait until they are one cluster again."""
        for one in self.nodes:
            if not one.runs:
                one.start()
        self.wait()

    def delete(self, prefix: str) -> None:
        """Delete the indexes whose names begin so, with their aliases."""
        # A wildcard would be refused where `action.destructive_requires_name` is set.
        for one in self.request("GET", f"/{prefix}*/_alias"):
            self.request("DELETE", f"/{one}")

    def settings(self, **values: object) -> None:
        """Change settings of the whole cluster; None takes one back. Dots are written `__`."""
        changes = {name.replace("__", "."): value for name, value in values.items()}
        body = {"transient": changes, "persistent": dict.fromkeys(changes)}
        self.request("PUT", "/_cluster/settings", body)


def missing() -> str | None:
    """Why no cluster can be had here; None when one can be."""
    if importlib.util.find_spec("opensearchpy") is None:
        return "the extra `opensearch` is not installed"
    if os.environ.get("SEARCHKIT_OPENSEARCH_URL"):
        return None
    absent = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if absent:
        return (
            f"no {' and no '.join(absent)} here to start OpenSearch with (Java 17 or newer, "
            "Maven), and SEARCHKIT_OPENSEARCH_URL names no cluster"
        )
    return None


def build() -> None:
    """Fetch and compile what a node needs, once (60 MB).

    Raises:
        RuntimeError: Maven could not.
    """
    sources = [_PROJECT / "pom.xml", *(_PROJECT / "src").rglob("*.*")]
    with FileLock(_PROJECT / ".build.lock"):
        made = _TARGET / "test-node-1.jar"
        newest = max(path.stat().st_mtime for path in sources if path.is_file())
        if made.exists() and made.stat().st_mtime > newest:
            return
        command = ["mvn", "-q", "-B", "-f", str(_PROJECT / "pom.xml"), "clean", "package"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"Maven could not build the test node:\n{done.stdout[-3_000:]}")


@contextmanager
def running(
    folder: Path, *, count: int = 3, heap: str = "512m", java: Sequence[str] = QUICK
) -> Iterator[Cluster]:
    """A cluster of so many nodes, whose data lies in the folder.

    Args:
        heap: of each node, as Java's -Xmx takes it.
        java: further options of the virtual machine.
    """
    build()
    ports = _free_ports(2 * count)
    names = [f"node-{number}" for number in range(count)]
    shared = {
        "cluster.name": "searchkit-tests",
        "cluster.initial_cluster_manager_nodes": names,
        "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in ports[:count]],
        "network.host": "127.0.0.1",
        # That a disk is full or free again is to be seen soon.
        "cluster.info.update.interval": "10s",
        "cluster.routing.allocation.disk.reroute_interval": "1s",
        # A developer's disk may be fuller than a server's should be.
        "cluster.routing.allocation.disk.watermark.low": "600mb",
        "cluster.routing.allocation.disk.watermark.high": "400mb",
        "cluster.routing.allocation.disk.watermark.flood_stage": "200mb",
    }
    options = (f"-Xms{heap}", f"-Xmx{heap}", *java)
    nodes = []
    for name, transport, http in zip(names, ports[:count], ports[count:], strict=True):
        own = {"node.name": name, "transport.port": transport, "http.port": http}
        nodes.append(Node(folder / name, {**shared, **own}, options))
    with ExitStack() as stack:
        for node in nodes:
            stack.callback(node.stop)
            node.start()
        cluster = Cluster([node.url for node in nodes], nodes)
        cluster.wait()
        yield cluster


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


def main() -> None:
    """Start a cluster, print how to reach it, and stop it on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=main.__doc__)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--heap", default="512m", help="of each node, as Java's -Xmx takes it")
    parser.add_argument("--urls", type=Path, help="a file to write the nodes' URLs into")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="searchkit-opensearch-") as folder,
        running(Path(folder), count=arguments.nodes, heap=arguments.heap) as cluster,
    ):
        print(f"export SEARCHKIT_OPENSEARCH_URL={cluster.url}")
        print("\n".join(f"# pid {n.process.pid}  {n.url}" for n in cluster.nodes if n.process))
        print("# until Ctrl-C", flush=True)
        if arguments.urls:
            arguments.urls.write_text("\n".join(cluster.urls) + "\n")
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
