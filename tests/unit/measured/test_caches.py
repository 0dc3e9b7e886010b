"""Test which caches the pilot empties."""

from __future__ import annotations

from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from concbench.measured.caches import empty_caches


@cache
def do(item: int) -> int:
    return item


@lru_cache(maxsize=4)
def page(name: str) -> str:
    return name


@cache
def model() -> str:
    return "what all items need"


class AnswersToAnything:
    """Stand in for an object that makes attributes when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def with_cache_of_its_own(item: int) -> int:
    return item


with_cache_of_its_own.cache_clear = lambda: 1 / 0  # type: ignore[attr-defined]


def test_results_of_items_are_forgotten_and_what_all_items_need_is_kept() -> None:
    for number in range(3):
        page(str(number))
    do(1)
    model()
    functions = {"do": do, "page": page, "model": model, "other": with_cache_of_its_own, "odd": AnswersToAnything()}
    empty_caches(SimpleNamespace(**functions), (do, None))
    assert [one.cache_info().currsize for one in (do, page, model)] == [0, 0, 1]
