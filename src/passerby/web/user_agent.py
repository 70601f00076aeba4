"""Which browser asks, in a word or two: for users, to know their sessions by. Nothing else goes by it.

Browsers say that they are each other, so the first sign that is found counts. Only the words of these lists are kept:
whatever else a header says is nobody's concern.
"""

BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser/": "Samsung Internet", "Vivaldi/": "Vivaldi", "Firefox/": "Firefox",
    "FxiOS/": "Firefox", "CriOS/": "Chrome", "Chrome/": "Chrome", "Version/": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Macintosh": "macOS",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip
PROGRAM = "a program"
PROGRAMS = ("python-", "curl/", "Wget/", "okhttp/", "Go-http-client/", "node", "axios/", "Java/")


def browser_name(user_agent: str) -> str:
    """What ``user_agent``, the header, says in short; "" where that is not known.

    >>> browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    """
    if user_agent.startswith(PROGRAMS):
        return PROGRAM
    found = (_first(names, user_agent) for names in (BROWSERS, SYSTEMS))
    return " on ".join(filter(None, found))


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
