"""A mail as letters on paper: its address, its headers, both of its bodies."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr

#: One address and nothing else: no display name, no list, no control signs.
ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$")
#: The older classes of the library: a mail costs half of what EmailMessage takes to parse its own headers.
#: Addresses in headers stay whole: some programs do not follow a link that is broken over two lines.
_POLICY = compat32.clone(linesep="\r\n", max_line_length=250)
#: UTF-8 that can be read in a `.eml` file too.
_READABLE = Charset("utf-8")
_READABLE.body_encoding = QP


@dataclass(frozen=True)
class Rendered:
    """A mail as written: subject and both bodies, in the recipient's language."""

    subject: str
    text: str
    html: str
    #: Where its reader chooses what to hear.
    unsubscribe_url: str
    #: Where a mail program ends, at one click, what is not a duty; empty where all of it is.
    one_click_url: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail ready to leave: its envelope and its bytes."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


def is_address(text: str) -> bool:
    """Whether this is one plain mail address."""
    return bool(ADDRESS.fullmatch(text)) and ".." not in text


def build(rendered: Rendered, sender: str, recipient: str, message_id: str, at: datetime) -> Letter:
    """The letter with every header that belongs to it; raises ValueError for what is not one address."""
    if not is_address(recipient):
        raise ValueError(f"not one mail address: {recipient!r}")
    message = MIMEMultipart("alternative", policy=_POLICY)
    message["From"] = formataddr(parseaddr(sender))
    message["To"] = recipient
    message["Subject"] = Header(" ".join(rendered.subject.split()), maxlinelen=70).encode()
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{rendered.one_click_url or rendered.unsubscribe_url}>"
    if rendered.one_click_url:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for text, kind in ((rendered.text, "plain"), (rendered.html, "html")):
        part = MIMENonMultipart("text", kind, policy=_POLICY)
        part.set_payload(text, _READABLE)
        message.attach(part)
    return Letter(parseaddr(sender)[1], recipient, message_id, message.as_bytes())
