"""A client that behaves as a browser does: every request on its own, forms as the page offers them."""

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from html.parser import HTMLParser
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction
from werkzeug.test import TestResponse

from tracker.accounts.operations import begin_session
from tracker.core.db import db
from tracker.core.now import utc_now


class Client(FlaskClient):
    """Requests never share the test's application context, so what one leaves behind another cannot lean on.

    What the test's own session holds is written before each request and read afresh after it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request as if nothing else were going on in this process."""
        if has_app_context():
            db.session.commit()
        kwargs.setdefault("buffered", True)
        with _strict_about_writes(self.application):
            return contextvars.Context().run(partial(super().open, *args, **kwargs))

    def enter_as(self, user_id: int, stay: bool = False, halfway: bool = False) -> None:
        """Be signed in from now on, without the page and its slow look at the password.

        `halfway` leaves the code of the second factor to come.
        """
        with nullcontext() if has_app_context() else self.application.app_context():
            token = begin_session(user_id, utc_now(), stay, needs_code=halfway, address="127.0.0.1")
            db.session.commit()
        with self.session_transaction() as cookie:
            cookie.update({"_user_id": token, "_fresh": True})
            cookie.permanent = stay

    def sign_in_as(self, email: str, password: str) -> TestResponse:
        """Sign in through the page, as a person does."""
        return self.submit("/sign-in", {"email": email, "password": password})

    def submit(self, page: str, values: dict[str, Any], action: str | None = None, **kwargs: Any) -> TestResponse:
        """Open a page, fill in its form (the one with this action where there are several) and send it.

        Hidden fields, among them the token against forged requests, travel along as they do in a browser.
        """
        answer = self.get(page)
        assert answer.status_code == 200, f"{page} answered {answer.status}"
        form = form_of(answer.text, action)
        return self.post(form.action or page, data={**form.values, **values}, **kwargs)


@contextmanager
def _strict_about_writes(app: Flask) -> Iterator[None]:
    """Let a write after a read fail inside the test's transaction too, as it does in a request's own."""
    with app.app_context():
        bind: object = db.engines[None]
    if not isinstance(bind, Connection):
        yield
        return

    def forget(_session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            bind.execution_options(write=False)

    event.listen(db.session.session_factory, "after_transaction_end", forget)
    bind.execution_options(write=False)
    try:
        yield
    finally:
        event.remove(db.session.session_factory, "after_transaction_end", forget)
        bind.execution_options(write=True)


class Form:
    """A form of a page: where it goes and what it would send untouched."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.values: dict[str, Any] = {}


def form_of(html: str, action: str | None = None) -> Form:
    """The first posting form of a page, or the one with that action."""
    reader = _Forms()
    reader.feed(html)
    found = [form for form in reader.forms if action in (None, form.action)]
    assert found, f"no form with action {action}; there are {[form.action for form in reader.forms]}"
    return found[0]


class _Forms(HTMLParser):
    """Collects posting forms with the values their fields start with."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._open_name: str | None = None
        self._is_select = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", "")) if given.get("method", "").lower() == "post" else None
            if self._form:
                self.forms.append(self._form)
        elif self._form is None or "disabled" in given:
            return
        elif tag == "input":
            self._take_input(self._form, given)
        elif tag in ("textarea", "select"):
            self._open_name, self._is_select = given.get("name"), tag == "select"
            if tag == "textarea" and self._open_name:
                self._form.values[self._open_name] = ""
        elif tag == "option" and self._is_select and self._open_name:
            value = given.get("value", "")
            chosen = value if "selected" in given else self._form.values.get(self._open_name, value)
            self._form.values[self._open_name] = chosen

    def handle_data(self, data: str) -> None:
        if self._form and self._open_name and not self._is_select:
            self._form.values[self._open_name] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("textarea", "select"):
            self._open_name, self._is_select = None, False

    @staticmethod
    def _take_input(form: Form, given: dict[str, str]) -> None:
        name, kind = given.get("name"), given.get("type", "text")
        ticked = kind not in ("checkbox", "radio") or "checked" in given
        if name and ticked and kind not in ("submit", "button", "file", "image"):
            form.values[name] = given.get("value", "")
