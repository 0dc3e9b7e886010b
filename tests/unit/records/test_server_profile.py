"""Test how a server's delays are drawn from profile, seed, block, item and configuration."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean, median, stdev

import pytest

from concbench.records.run_record import RunSpec
from concbench.records.server_profile import Distribution, Profile, Site

MANY = 2000
UNIFORM = Distribution("uniform", {"low": 0.1, "high": 0.3})
EXPONENTIAL = Distribution("exponential", {"low": 0.1, "mean": 0.3})
LOGNORMAL = Distribution("lognormal", {"median": 0.2, "sigma": 0.5})
CALM = Distribution.fixed(1)
WEATHER = Distribution("uniform", {"low": 0.5, "high": 1.5})

every_distribution = pytest.mark.parametrize(
    "distribution", [Distribution.fixed(0.1), UNIFORM, EXPONENTIAL, LOGNORMAL], ids=lambda distribution: distribution.name
)


def draws(distribution: Distribution) -> list[float]:
    return [distribution.draw("key", number) for number in range(MANY)]


def profile_of(latency_s: Distribution, delay_factor: Distribution = CALM) -> Profile:
    return Profile((Site("one", 100, latency_s), Site("other", 10, latency_s)), delay_factor=delay_factor)


# --- Distributions


def test_fixed_is_its_value_always() -> None:
    assert set(draws(Distribution.fixed(0.0893))) == {0.0893}


def test_uniform_stays_within_its_bounds() -> None:
    assert all(0.1 <= value <= 0.3 for value in draws(UNIFORM))


def test_uniform_comes_near_both_its_bounds() -> None:
    values = draws(UNIFORM)
    assert (min(values), max(values)) == pytest.approx((0.1, 0.3), abs=0.002)


def test_uniform_has_the_mean_of_its_bounds() -> None:
    assert fmean(draws(UNIFORM)) == pytest.approx(0.2, abs=0.005)


def test_exponential_is_never_below_its_low() -> None:
    assert min(draws(EXPONENTIAL)) == pytest.approx(0.1, abs=0.001)
    assert min(draws(EXPONENTIAL)) >= 0.1


def test_exponential_has_its_mean_low_included() -> None:
    assert fmean(draws(EXPONENTIAL)) == pytest.approx(0.3, rel=0.05)


def test_the_exponential_distribution_spreads_by_its_mean_minus_its_low() -> None:
    assert stdev(draws(EXPONENTIAL)) == pytest.approx(0.2, rel=0.1)


def test_lognormal_has_its_median() -> None:
    assert median(draws(LOGNORMAL)) == pytest.approx(0.2, rel=0.05)


def test_lognormal_has_a_mean_above_its_median_by_its_sigma() -> None:
    assert fmean(draws(LOGNORMAL)) == pytest.approx(0.2 * 2.718281828 ** (0.5**2 / 2), rel=0.05)


def test_lognormal_is_positive() -> None:
    assert min(draws(LOGNORMAL)) > 0


@every_distribution
def test_a_draw_depends_on_its_key_alone(distribution: Distribution) -> None:
    assert draws(distribution) == draws(distribution)


@pytest.mark.parametrize("distribution", [UNIFORM, EXPONENTIAL, LOGNORMAL], ids=lambda distribution: distribution.name)
def test_draws_of_different_keys_differ(distribution: Distribution) -> None:
    assert len(set(draws(distribution))) == MANY


def test_a_draw_stays_the_same_from_one_python_and_machine_to_the_next() -> None:
    assert UNIFORM.draw(1, 2, 3) == pytest.approx(0.25820275007911186, rel=1e-12)


def test_a_plain_number_in_the_config_is_fixed() -> None:
    assert Distribution.from_config(0.02) == Distribution.fixed(0.02)


def test_a_mapping_in_the_config_names_distribution_and_parameters() -> None:
    assert Distribution.from_config({"distribution": "uniform", "low": 0.1, "high": 0.3}) == UNIFORM


def test_a_site_in_the_config_needs_no_latency() -> None:
    assert Site.from_config("dice", {"bytes": 276}) == Site("dice", 276, Distribution.fixed(0))


# --- Delays


def test_there_is_a_delay_for_each_item() -> None:
    assert len(profile_of(UNIFORM).delays_s(7, 1, 1, "configuration")) == 7


def test_delays_are_drawn_from_the_sites_in_turns() -> None:
    profile = Profile((Site("slow", 1, Distribution.fixed(3)), Site("quick", 1, Distribution.fixed(2))))
    assert profile.delays_s(5, 1, 1, "configuration") == [3, 2, 3, 2, 3]


@every_distribution
def test_within_a_block_all_configurations_meet_the_same_delays(distribution: Distribution) -> None:
    profile = profile_of(distribution)
    assert profile.delays_s(20, 1, 1, "io/sync") == profile.delays_s(20, 1, 1, "io/threading-5")


def test_a_larger_size_meets_the_delays_of_a_smaller_one_and_more() -> None:
    profile = profile_of(UNIFORM)
    assert profile.delays_s(40, 1, 1, "configuration")[:20] == profile.delays_s(20, 1, 1, "configuration")


def test_different_blocks_meet_different_delays() -> None:
    profile = profile_of(UNIFORM)
    assert not set(profile.delays_s(20, 1, 1, "configuration")) & set(profile.delays_s(20, 1, 2, "configuration"))


def test_different_seeds_meet_different_delays() -> None:
    profile = profile_of(UNIFORM)
    assert not set(profile.delays_s(20, 1, 1, "configuration")) & set(profile.delays_s(20, 2, 1, "configuration"))


def test_items_of_a_run_meet_different_delays() -> None:
    assert len(set(profile_of(UNIFORM).delays_s(20, 1, 1, "configuration"))) == 20


# --- Delay factors


def factor(block: int, configuration: str) -> float:
    """Return the delay factor of a run; check that it is the same for all items."""
    calm = profile_of(UNIFORM).delays_s(20, 1, block, configuration)
    factors = [
        delay / usual
        for delay, usual in zip(profile_of(UNIFORM, delay_factor=WEATHER).delays_s(20, 1, block, configuration), calm)
    ]
    assert factors == pytest.approx([factors[0]] * 20)
    return factors[0]


def test_weather_is_one_factor_within_its_distribution() -> None:
    assert 0.5 <= factor(1, "io/sync") <= 1.5


def test_weather_differs_from_configuration_to_configuration() -> None:
    assert factor(1, "io/sync") != pytest.approx(factor(1, "io/threading-5"))


def test_weather_differs_from_block_to_block() -> None:
    assert factor(1, "io/sync") != pytest.approx(factor(2, "io/sync"))


def test_weather_of_a_run_is_the_same_each_time() -> None:
    assert factor(1, "io/sync") == factor(1, "io/sync")


# --- Profiles


@every_distribution
def test_a_profile_survives_the_way_to_a_run_and_back(distribution: Distribution, spec: Callable[..., RunSpec]) -> None:
    sites = (Site("one", 100, distribution, tls=True), Site("other", 10))
    before = spec(server=Profile(sites, max_concurrent=6, connect_delay_s=0.01, delay_factor=WEATHER))
    assert RunSpec.from_json(before.to_json()) == before


def test_a_profile_of_real_addresses_survives_the_way_to_a_run_and_back(spec: Callable[..., RunSpec]) -> None:
    before = spec(server=Profile((Site("real", url="https://example.org/"),)))
    assert RunSpec.from_json(before.to_json()) == before


def test_a_run_without_server_survives_the_way_and_back(spec: Callable[..., RunSpec]) -> None:
    assert RunSpec.from_json(spec().to_json()) == spec()


def test_a_profile_gives_the_same_delays_after_the_way_to_a_run(spec: Callable[..., RunSpec]) -> None:
    profile = profile_of(LOGNORMAL, delay_factor=WEATHER)
    after = RunSpec.from_json(spec(server=profile).to_json()).server
    assert after is not None
    assert after.delays_s(20, 1, 1, "configuration") == profile.delays_s(20, 1, 1, "configuration")


def test_a_profile_of_our_own_sites_is_under_control() -> None:
    assert profile_of(UNIFORM).under_control


def test_a_profile_with_a_real_address_is_not_under_control() -> None:
    assert not Profile((Site("ours", 100), Site("real", url="https://example.org/"))).under_control
