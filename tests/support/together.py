"""Several threads let go at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from tracker.core.ticks import transaction


def at_once(app: Flask, *jobs: Callable[[], object]) -> list[BaseException | None]:
    """Run jobs in as many threads, all let go at the same moment; what each one raised."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> BaseException | None:
        with app.app_context():
            start.wait(20)
            try:
                with transaction():
                    job()
            except Exception as error:
                return error
        return None

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))
