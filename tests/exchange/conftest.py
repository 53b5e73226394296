"""Tests on real files are only there where the files are, and always in continuous integration."""

import os

from tests.exchange.real_files import REAL_FILES

there = REAL_FILES.is_dir() or bool(os.environ.get("CI"))
collect_ignore = (
    []
    if there
    else [
        "test_real_agendas.py",
        "test_real_guesses.py",
        "test_real_registries.py",
        "test_sheets_through_pages.py",
    ]
)
