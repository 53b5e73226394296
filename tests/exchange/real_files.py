"""Where the real files lie: REAL_DATA, else beside the checkout. With CI set they must be there."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
CALI = "a-cali-plan-accion"
BOOK_2025 = f"{CALI}/CUADRO 1S_I Trimestre 2025.xlsx"
BOOK_2024 = f"{CALI}/Cuadro 1S Plan Accion Proyectos Organismos Junio de 2024 .xlsx"


def real_files() -> Path:
    """The folder of real files; without it the test is skipped, under CI it fails."""
    folder = Path(os.environ.get("REAL_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"REAL_DATA: there is no folder {folder}", pytrace=False)
        pytest.skip("REAL_DATA is not set")
    return folder
