"""Packages that name what their modules hold, and load a module when its names are asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def names(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """What a package takes for its ``__getattr__`` (PEP 562).

    Args:
        package: its name.
        homes: its modules, each with the names that the package has from it.
    """
    places = {name: home for home, held in homes.items() for name in held}

    def load(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{places[name]}"), name)

    return load
