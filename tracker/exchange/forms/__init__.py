"""The shape of what is decided about a sheet, step by step."""

from tracker.exchange.forms.looking import PreviewForm
from tracker.exchange.forms.reading import ColumnsForm, SheetForm, UploadForm, WordsForm

__all__ = ["ColumnsForm", "PreviewForm", "SheetForm", "UploadForm", "WordsForm"]
