"""The inner loops that are compiled where there is a C compiler; else numpy or Python runs them."""

from pathlib import Path

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(".".join(path.with_suffix("").parts), [str(path)], optional=True)
        for path in sorted(Path("searchkit").rglob("*.pyx"))
    ]
)
