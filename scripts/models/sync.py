"""Do one item after the other in the main thread, as a sequential program does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concbench.measured.api import BlockingWorkload

NEEDS = "do"
SINGLE_WORKER = True


def run(workload: BlockingWorkload, items: Sequence[Any], workers: int) -> list[Any]:
    with workload.open() as resource:
        return [workload.do(resource, item) for item in items]
