"""The shape of what is decided about a sheet, step by step."""

from tracker.exchange.forms.conflicts import ConflictsForm
from tracker.exchange.forms.looking import PreviewForm
from tracker.exchange.forms.reading import ColumnsForm, SheetForm, UploadForm, WordsForm

__all__ = ["ColumnsForm", "ConflictsForm", "PreviewForm", "SheetForm", "UploadForm", "WordsForm"]
