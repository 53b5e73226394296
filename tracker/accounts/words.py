"""What roles, places of roles, devices and news are called."""

from tracker.core.i18n import _, _l

ROLE_WORDS = {
    "administrator": _l("Administration"),
    "coordinator": _l("Municipal coordination"),
    "officer": _l("Responsible unit"),
    "authority": _l("Authority"),
    "monitor": _l("Monitoring"),
    "partner": _l("Partner"),
    "assistant": _l("Assistant"),
}
#: Kinds of workshops.
KIND_WORDS = {"workshop": _l("Workshop"), "course": _l("Course"), "seminar": _l("Seminar")}
LANGUAGES = (("es", "Español"), ("pt_BR", "Português"), ("fr", "Français"), ("en", "English"))
_BROWSERS = {
    "chrome": "Chrome",
    "firefox": "Firefox",
    "safari": "Safari",
    "edge": "Edge",
    "opera": "Opera",
    "samsung": "Samsung Internet",
}
_SYSTEMS = {
    "android": "Android",
    "iphone": "iPhone",
    "ipad": "iPad",
    "windows": "Windows",
    "mac": "Mac",
    "linux": "Linux",
    "chromeos": "ChromeOS",
}
#: Subject and text of the mail about each change of an account.
NEWS = {
    "password": (
        _l("Your password was changed"),
        _l("The password of your account was changed. You are signed out everywhere."),
    ),
    "factor_on": (
        _l("Second factor switched on"),
        _l("From now on signing in to your account asks for a code from your phone."),
    ),
    "factor_off": (
        _l("Second factor switched off"),
        _l("Signing in to your account no longer asks for a code from your phone."),
    ),
    "factor_taken": (
        _l("Second factor switched off"),
        _l("The administration took the second factor off your account. Set it up again under My account."),
    ),
    "handed_over": (
        _l("What you did was handed over"),
        _l("Your role in a municipality ended with a handover: somebody else goes on. Thank you for your work."),
    ),
    "assistant": (
        _l("A municipality lets you enter data for it"),
        _l("A municipality consents that you enter data for it. Sign in: it stands among your places."),
    ),
    "assistant_over": (
        _l("A consent has ended"),
        _l("A municipality has ended its consent: you enter no data for it any more."),
    ),
    "address": (
        _l("Your mail address was changed"),
        _l("From now on you sign in and get your mails with the new address."),
    ),
}


def device_words(device: str) -> str:
    """`firefox/windows` as people say it: "Firefox on Windows"."""
    browser, _slash, system = device.partition("/")
    if browser in _BROWSERS and system in _SYSTEMS:
        return _("%(browser)s on %(system)s", browser=_BROWSERS[browser], system=_SYSTEMS[system])
    return _BROWSERS.get(browser) or _SYSTEMS.get(system) or _("unknown device")
