"""Settings: flag, else environment, else the file, else the default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from searchkit.config import FILE, SETTINGS, Config, load
from searchkit.errors import SearchkitError, UsageError
from searchkit.model import DEFAULT_SCALE


def _toml(key: str, value: str) -> str:
    table, dot, name = key.rpartition(".")
    return f'[{table}]\n{name} = "{value}"\n' if dot else f'{name} = "{value}"\n'


def _load(
    folder: Path,
    text: str | None = None,
    flags: dict[str, str | None] | None = None,
    environment: dict[str, str] | None = None,
) -> Config:
    if text is not None:
        (folder / FILE).write_text(text, "utf-8")
    return load(flags or {}, environment=environment or {}, start=folder)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_each_setting_is_taken_from_the_nearest_to_hand(tmp_path: Path, setting: object) -> None:
    key, variable = setting.key, setting.environment  # type: ignore[attr-defined]
    assert _load(tmp_path).values[key] == setting.default  # type: ignore[attr-defined]
    text = _toml(key, "filed")
    stored = _load(tmp_path, text).values[key]
    assert stored == (str(tmp_path / "filed") if key == "index" else "filed")
    given = {variable: "exported"}
    assert _load(tmp_path, text, environment=given).values[key] == "exported"
    assert _load(tmp_path, text, {key: "typed"}, given).values[key] == "typed"
    assert _load(tmp_path, text, {key: None}, given).values[key] == "exported"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    given = {"SEARCHKIT_REVIEWER": ""}
    assert _load(tmp_path, 'reviewer = "Ann"', environment=given).values["reviewer"] == "Ann"


def test_the_nearest_file_upwards_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / FILE).write_text('index = "kept"', "utf-8")
    found = load({}, environment={}, start=inner)
    assert (found.path, found.index) == (tmp_path / FILE, tmp_path / "kept")
    (tmp_path / "a" / FILE).write_text('reviewer = "Ann"', "utf-8")
    assert load({}, environment={}, start=inner).values["reviewer"] == "Ann"


def test_a_file_that_is_named_counts_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('reviewer = "Bo"', "utf-8")
    (tmp_path / FILE).write_text('reviewer = "Ann"', "utf-8")
    assert load({}, file=other, environment={}, start=tmp_path).values["reviewer"] == "Bo"
    given = {"SEARCHKIT_CONFIG": str(other)}
    assert load({}, environment=given, start=tmp_path).values["reviewer"] == "Bo"


def test_what_the_publisher_says(tmp_path: Path) -> None:
    text = '[report]\ntitle = "Checks"\npublisher = "Desk"\nmethod = "We read."\n'
    report = _load(tmp_path, text).report
    assert (report.title, report.publisher, report.method) == ("Checks", "Desk", "We read.")
    assert (report.contact, report.corrections) == (None, None)


def test_a_scale_of_ones_own(tmp_path: Path) -> None:
    text = """
        [[status]]
        name = "true"
        rating = 5
        [[status]]
        name = "not-true"
        label = "Wrong"
        meaning = "It is not so."
    """
    scale = _load(tmp_path, text).scale
    assert scale.names == ("unreviewed", "true", "not-true")
    assert (scale.get("true").label, scale.get("true").rating) == ("True", 5)
    assert (scale.get("not-true").label, scale.get("not-true").rating) == ("Wrong", None)
    assert _load(tmp_path, "").scale == DEFAULT_SCALE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("index = ", "not valid TOML"),
        ('indx = "x"', "unknown setting 'indx'; did you mean index?"),
        ('[report]\ntitel = "x"', "unknown setting 'report.titel'; did you mean report.title?"),
        ('[other]\nx = "y"', "unknown setting 'other'"),
        ("reviewer = 3", 'reviewer is not a text; write reviewer = "…"'),
        ("report = 3", "unknown setting 'report'"),
        ("status = 3", "status 1: a status needs a name"),
        ("[[status]]\nlabel = 'x'", "status 1: a status needs a name"),
        ("[[status]]\nname = 'ok'\ncolour = 'x'", "status 1: unknown key 'colour'; it can have"),
        ("[[status]]\nname = 'Not OK'", "status 1: 'Not OK' cannot be a status's name"),
        ("[[status]]\nname = ''", "status 1: '' cannot be a status's name"),
        ("[[status]]\nname = 'ok'\nrating = 6", "status 1: a rating is a number from 1 to 5"),
        ("[[status]]\nname = 'ok'\nrating = true", "a rating is a number from 1 to 5"),
        ("[[status]]\nname = 'ok'\nmeaning = 1", "status 1: label and meaning are texts"),
        ("[[status]]\nname = 'a'\n[[status]]\nname = 'a'", "two statuses are called 'a'"),
        ("[[status]]\nname = 'unreviewed'", "two statuses are called 'unreviewed'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SearchkitError, match=re.escape(told)) as caught:
        _load(tmp_path, text)
    assert str(tmp_path / FILE) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SearchkitError, match="the settings cannot be read"):
        load({}, file=tmp_path / "none.toml", environment={}, start=tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SearchkitError, match="not valid TOML"):
        load({}, file=tmp_path / "bytes.toml", environment={}, start=tmp_path)


def test_names_of_outlets(tmp_path: Path) -> None:
    found = _load(tmp_path, '[outlets]\n"BBC" = ["Beeb", "bbc.example"]\n').outlets
    assert found == {"BBC": ["Beeb", "bbc.example"]}
    for wrong in ('[outlets]\nBBC = "Beeb"\n', 'outlets = "x"\n', "[outlets]\nBBC = [1]\n"):
        with pytest.raises(SearchkitError, match="no list of names"):
            _load(tmp_path, wrong)


def test_a_cluster_is_named_for_its_engine_only(tmp_path: Path) -> None:
    text = '[opensearch]\nurl = "https://a.example.org"\nshards = "6"\n'
    assert _load(tmp_path, text).cluster is None
    chosen: dict[str, str | None] = {"engine": "opensearch"}
    cluster = _load(tmp_path, text, chosen).cluster
    assert cluster
    assert (cluster.urls, cluster.shards) == (("https://a.example.org",), 6)
    with pytest.raises(UsageError, match="no OpenSearch cluster"):
        _load(tmp_path, "", chosen).cluster  # noqa: B018 - a property
