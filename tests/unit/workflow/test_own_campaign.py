"""Test the command that measures the user's own function, with a pilot that is made up."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from support.pilots import UP_TO_EIGHT, pilot

from concbench.campaign.fingerprints import source
from concbench.environment.locks import lock_campaign
from concbench.records.pilot import PILOT, Pilot, PilotRecord
from concbench.workflow import own_campaign
from concbench.workflow.own_campaign import OwnCommand, drop_own_keys, own_config, seconds_of

SOURCE = "import helper\ndef items(size, seed):\n    return []\ndef do(item):\n    return item\n"
FOLDER = Path("results/own-mine")
WAITING = pilot(0.05, 0.02, threads=UP_TO_EIGHT)


@pytest.fixture
def pilots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[OwnCommand]:
    """Make a file mine.py here, and return the commands for which a pilot was done. Each finds the same."""
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(SOURCE, encoding="utf-8")
    Path("helper.py").write_text("", encoding="utf-8")
    done: list[OwnCommand] = []

    def piloted(command: OwnCommand, facts: object) -> tuple[Pilot, float]:
        done.append(command)
        return WAITING, 5.0

    monkeypatch.setattr(own_campaign, "piloted", piloted)
    monkeypatch.setattr(own_campaign, "lock_machine", lambda: None)
    return done


def workflow(dryrun: bool = False, cores: int | None = 2, files: tuple[str, ...] = ()) -> Any:
    return SimpleNamespace(
        output_settings=SimpleNamespace(dryrun=dryrun),
        resource_settings=SimpleNamespace(cores=cores),
        overwrite_configfiles=files,
    )


def asked(**other: Any) -> dict[str, Any]:
    return {"own": str(Path("mine.py").absolute()), "python": sys.executable, **other}


def test_the_config_is_planned_once_and_written_beside_the_results(pilots: list[OwnCommand]) -> None:
    path = own_config(asked(), workflow())
    assert path == FOLDER / "own.yaml"
    text = path.read_text(encoding="utf-8")
    config = yaml.safe_load(text)
    assert (config["campaign"], config["experiments"]["mine"]["baseline"]) == ("own-mine", "sync")
    assert config["budget_minutes"] == round((120 - 5 - 18) / 60, 2)  # less the pilot, the start, tables and figures
    assert "snakemake --cores all --configfile results/own-mine/own.yaml" in text
    assert own_config(asked(), workflow()) == path
    assert len(pilots) == 1


def test_a_changed_file_helper_budget_or_python_is_looked_at_anew(
    pilots: list[OwnCommand], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_config(asked(), workflow())
    source.cache_clear()
    Path("helper.py").write_text("# changed\n", encoding="utf-8")
    own_config(asked(), workflow())
    own_config(asked(budget="5m"), workflow())
    own_config(asked(budget="5m", python=f"A=1 {sys.executable}"), workflow())
    assert [(one.budget_s, one.python) for one in pilots] == [
        (120, sys.executable),
        (120, sys.executable),
        (300, sys.executable),
        (300, f"A=1 {sys.executable}"),
    ]


def test_an_edited_config_is_kept(pilots: list[OwnCommand], capsys: pytest.CaptureFixture[str]) -> None:
    path = own_config(asked(), workflow())
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"own\.yaml: this was edited, so it stays as it is\. To measure by it: snakemake "):
        own_config(asked(), workflow())
    path.unlink()
    own_config(asked(), workflow())
    assert path.exists()


def test_a_config_that_could_not_be_written_was_not_edited(pilots: list[OwnCommand], monkeypatch: pytest.MonkeyPatch) -> None:
    own_config(asked(), workflow())
    with monkeypatch.context() as broken:
        broken.setattr(own_campaign, "write_whole", lambda *_: 1 / 0)  # as if it was killed here
        with pytest.raises(ZeroDivisionError):
            own_config(asked(budget="5m"), workflow())
    assert own_config(asked(), workflow()).exists()


def test_the_results_of_another_file_of_the_same_name_are_kept(pilots: list[OwnCommand]) -> None:
    own_config(asked(), workflow())
    other = Path("other/mine.py").absolute()
    other.parent.mkdir()
    other.write_text(SOURCE, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"^results/own-mine has the results of .*mine\.py, which is called own-mine, too\."):
        own_config(asked(own=str(other)), workflow())
    Path("mine.py").unlink()
    assert own_config(asked(own=str(other)), workflow()) == FOLDER / "own.yaml"
    source.cache_clear()
    assert own_config(asked(own=f"{other.parent}/../other/mine.py", budget="5m"), workflow()).exists()
    assert len(pilots) == 3


@pytest.mark.parametrize("looking", [workflow(dryrun=True), workflow(cores=None)])
def test_the_work_is_not_run_unless_something_is_to_be_measured(pilots: list[OwnCommand], looking: Any) -> None:
    with pytest.raises(SystemExit, match=r"Nothing is known about .*mine\.py yet"):
        own_config(asked(), looking)
    assert (pilots, FOLDER.exists()) == ([], False)
    own_config(asked(), workflow())
    assert own_config(asked(), looking) == FOLDER / "own.yaml"


WRONG = {
    "own is null": {"own": None},
    "no such file": {"own": "nowhere.py"},
    "budget is 120. Expected a time with its unit": {"budget": 120},
    'budget is "soon"': {"budget": "soon"},
    'python is "nowhere"': {"python": "nowhere"},
    "Give a larger budget": {"budget": "10s"},
}


@pytest.mark.parametrize(("message", "wrong"), WRONG.items())
def test_what_is_wrong_is_said_in_one_line(pilots: list[OwnCommand], message: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(SystemExit) as said:
        own_config(asked(**wrong), workflow())
    assert message in str(said.value)
    assert "\n" not in str(said.value)


def test_a_config_file_and_own_exclude_each_other(pilots: list[OwnCommand]) -> None:
    with pytest.raises(SystemExit, match="Leave out --configfile"):
        own_config(asked(), workflow(files=("config/quick.yaml",)))


def test_two_commands_at_once(pilots: list[OwnCommand]) -> None:
    with lock_campaign(FOLDER), pytest.raises(SystemExit, match="is working on this campaign"):
        own_config(asked(), workflow())


def test_keys_of_the_command_are_no_keys_of_a_config() -> None:
    config = {"own": "mine.py", "budget": "2m", "python": "python", "seed": 2}
    drop_own_keys(config)
    assert config == {"seed": 2}
    other = {"budget": "2m"}
    drop_own_keys(other)
    assert other == {"budget": "2m"}  # the schema refuses it


def test_times() -> None:
    assert [seconds_of(text) for text in ("90s", "2m", "1h30m", "1m5s")] == [90, 120, 5400, 65]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("My Work.py", "own-my_work"),
        ("pkg.mod:fetch", "own-fetch"),
        ("a/b/größe.py", "own-gr_e"),
        ("x" * 60 + ".py", "own-" + "x" * 36),
    ],
)
def test_the_campaigns_name_is_one_that_a_config_allows(file: str, name: str) -> None:
    assert OwnCommand(file, 120, "python").campaign == name


def test_a_damaged_record_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / PILOT
    assert PilotRecord.read(path) is None
    PilotRecord(WAITING, "key", "config", ["It waits."], {"mine-sync-w1-n5-default": 0.25}).write(path)
    assert PilotRecord.read(path) == PilotRecord(WAITING, "key", "config", ["It waits."], {"mine-sync-w1-n5-default": 0.25})
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    assert PilotRecord.read(path) is None


def test_a_python_without_an_environment_is_named(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch(mode=0o755)
    assert f"{python} gets an environment without your packages" in own_campaign.without_packages(str(python))
    (tmp_path / "conda-meta").mkdir()
    assert own_campaign.without_packages(str(python)) == ""
    assert own_campaign.without_packages(sys.executable) == ""
