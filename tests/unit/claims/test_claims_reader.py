"""Read the file of claims, and report its problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import factories
from support.judged import CONFIG, QUIET, RATIO, SYNC, THREADS, claims_of, verdicts

from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.config_file import ConfigError, read_config
from concbench.claims.claims_reader import read_claims


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (
            {"of": {"experiment": "io", "contender": "sync"}},
            'claims[0].of.experiment is "io". Expected one of the campaign\'s experiments (cpu).',
        ),
        (
            {"of": {**SYNC, "contender": "trio"}},
            'claims[0].of.contender is "trio". Expected one of the contenders of cpu (sync, threading).',
        ),
        (
            {"of": {**SYNC, "size": 5}},
            ". Expected a configuration that the campaign measures.",
        ),
        (
            {"of": {**SYNC, "column": "status"}},
            'claims[0].of.column is "status". Expected a column of numbers in runs.csv (',
        ),
        ({"of": {"probe": "start_cost", "metric": "x"}}, "Expected one of the campaign's probes (the config names none)."),
        ({"of": {}}, "Expected an experiment and a contender, or a probe and a metric."),
        ({"test": "equality"}, "claims[0].within is missing. The test equality needs it."),
        ({"within": 0.1}, "claims[0].within is not a known key."),
        ({"band": [3, 2]}, "Expected the lower end first."),
        ({"band": [3]}, "claims[0].band is [3]. Expected"),
        ({"test": "guess"}, 'claims[0].test is "guess". Expected '),
        ({"python": "three"}, 'claims[0].python is "three". Expected versions such as'),
        ({"claim": "x"}, 'claims[0].claim is "x". Expected '),
        ({"test": "optimum", "to": None}, "claims[0].to"),
    ],
)
def test_claims_that_cannot_be_tested_are_reported(changed: dict[str, Any], problem: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        claims_of(tmp_path, factories.campaign(), {**RATIO, **changed})
    assert problem in str(error.value)


def test_of_several_configurations_one_must_be_named(tmp_path: Path) -> None:
    campaign = factories.campaign(sizes=[4, 8])
    with pytest.raises(ConfigError, match=r"one configuration \(also give size \(4, 8\)\)"):
        claims_of(tmp_path, campaign, RATIO)
    assert claims_of(tmp_path, campaign, {**RATIO, "of": {**SYNC, "size": 4}, "to": {**THREADS, "size": 4}})


def test_a_number_given_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="claim 3 is given twice"):
        claims_of(tmp_path, factories.campaign(), RATIO, RATIO)


def test_a_campaign_may_leave_claims_open(tmp_path: Path) -> None:
    campaign = campaign_of({**CONFIG, "repetitions": 5, "all_claims": False})
    (row,) = verdicts(tmp_path, campaign, QUIET, {**RATIO, "of": {"experiment": "io", "contender": "sync"}})
    assert row.verdict == "inconclusive"
    expected = "Expected one of the campaign's experiments (cpu)."
    assert row.reason == f'this campaign does not measure it: of.experiment is "io". {expected}'


def articles_campaign() -> Campaign:
    return campaign_of(read_config(Path("config/verdicts.yaml")))


def test_every_claim_of_the_article_can_be_tested() -> None:
    claims = read_claims(Path("config/claims.yaml"), articles_campaign(), cpus=2)
    assert {int(claim.claim.rstrip("abcdef")) for claim in claims} == set(range(1, 44))
    assert all(claim.unmeasured is None for claim in claims)


def test_every_cause_can_be_filled_in() -> None:
    for claim in read_claims(Path("config/claims.yaml"), articles_campaign(), cpus=2):
        if claim.because:
            assert "{" not in claim.because.format(**dict.fromkeys(claim.figures, "1"))


@pytest.mark.parametrize(
    "text", ["{typo}", "{", "}", "{}", "{0}", "{seen:>1000000000}", "{seen!r}", "{seen.__class__}", "{seen[0]}"]
)
@pytest.mark.parametrize("all_claims", [True, False])
def test_a_cause_may_have_nothing_in_braces_but_its_figures(text: str, all_claims: bool, tmp_path: Path) -> None:
    campaign = campaign_of({**CONFIG, "all_claims": all_claims})
    with pytest.raises(ConfigError, match=r"claims\[0\]\.because\.text is .* Expected only \{seen\} in braces"):
        claims_of(tmp_path, campaign, {**RATIO, "because": {"text": text, "figures": {"seen": SYNC}}})


def test_doubled_braces_in_a_cause_stand_for_braces(tmp_path: Path) -> None:
    (claim,) = claims_of(
        tmp_path, factories.campaign(), {**RATIO, "because": {"text": "{{a}} {seen}", "figures": {"seen": SYNC}}}
    )
    assert claim.because is not None
    assert claim.because.format(seen="1") == "{a} 1"
