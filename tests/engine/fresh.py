"""Second copies of modules, with Python and numpy in place of the loops that are compiled."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGE = "searchkit.engine.columnar"
#: Names of all modules that are compiled where there is a C compiler.
COMPILED = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "searchkit").rglob("*.pyx"))
]


def missing() -> str:
    """What was not compiled, as the reason to leave a test out; empty if everything was."""
    left = [name for name in COMPILED if find_spec(name) is None]
    return f"not compiled: {', '.join(left)}" if left else ""


def uncompiled(*names: str) -> list[ModuleType]:
    """Copies of modules of the columnar storage, and of all that they import there, uncompiled.

    Args:
        names: of modules, below the package.
    """
    parent, _, own = PACKAGE.rpartition(".")
    kept = {name: module for name, module in sys.modules.items() if _is_inside(name)}
    package = importlib.import_module(PACKAGE)
    for name in kept:
        del sys.modules[name]
    sys.modules.update(dict.fromkeys(COMPILED))
    try:
        return [importlib.import_module(f"{PACKAGE}.{name}") for name in names]
    finally:
        for name in [name for name in sys.modules if _is_inside(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        setattr(sys.modules[parent], own, package)


def _is_inside(name: str) -> bool:
    return name == PACKAGE or name.startswith(f"{PACKAGE}.") or name in COMPILED


def alone(module: ModuleType) -> ModuleType:
    """A copy of one module, uncompiled."""
    spec = find_spec(module.__name__)
    assert spec
    assert spec.loader
    copy = module_from_spec(spec)
    kept = {name: sys.modules[name] for name in COMPILED if name in sys.modules}
    sys.modules.update(dict.fromkeys(COMPILED))
    try:
        spec.loader.exec_module(copy)
    finally:
        for name in COMPILED:
            del sys.modules[name]
        sys.modules.update(kept)
    return copy
