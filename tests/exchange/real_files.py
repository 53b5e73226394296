"""Where the real files lie: REAL_DATA, else beside the checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REAL_FILES = Path(os.environ.get("REAL_DATA") or ROOT.parent / "shared" / "data")
EXAMPLES = ROOT / "docs" / "examples"
CALI = "a-cali-plan-accion"
BOOK_2025 = f"{CALI}/CUADRO 1S_I Trimestre 2025.xlsx"
BOOK_2024 = f"{CALI}/Cuadro 1S Plan Accion Proyectos Organismos Junio de 2024 .xlsx"


def real_files() -> Path:
    """The folder of real files; a test that needs it fails without it."""
    assert REAL_FILES.is_dir(), f"there is no folder {REAL_FILES}: set REAL_DATA"
    return REAL_FILES
