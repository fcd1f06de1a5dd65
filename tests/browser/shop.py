"""A product on another origin, the service that it uses, and people of both."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from tests.browser.accounts import Accounts
from tests.browser.host_site import HostSite
from tests.browser.people import Person
from tests.browser.service import running_service

_STYLE = """:root { color-scheme: light dark }
main { display: grid; grid-template: auto 1fr / 320px 1fr; height: 95vh }"""


class Shop:
    """The product, the service that it uses, and people of both."""

    def __init__(self, site: HostSite, address: str, accounts: Accounts, browser: Browser) -> None:
        self.site, self.address = site, address
        self.accounts = accounts
        self._browser = browser
        self.errors: list[str] = []
        self.people: list[Person] = []

    def person(self, name: str) -> Person:
        """Somebody for whom the product's back end makes tokens."""
        person = Person(self.address, *self.accounts.make(name))
        self.site.tokens[person.handle] = lambda: person.token
        self.people.append(person)
        return person

    def url(self, who: Person, *, to: str = "", body: str | None = None) -> str:
        """A page of the product for this person."""
        attribute = f'to="{to}"' if to else ""
        elements = (
            "<main><h1>Shop</h1><cruddur-unread></cruddur-unread><cruddur-inbox></cruddur-inbox>"
            f"<cruddur-conversation {attribute}></cruddur-conversation></main>"
        )
        script = f"""import {{ connect }} from "{self.address}/embed/v1.js";
        const token = async () => {{
          const answer = await fetch("/token/{who.handle}", {{ method: "POST" }});
          return answer.ok ? answer.text() : null;
        }};
        window.chat = connect({{ token }});
        chat.ready.catch((error) => (window.refused = error.code));"""
        body = elements if body is None else body
        return self.site.page(f"/{who.handle}", body=body, script=script, style=_STYLE)

    def opens(self, who: Person, beside: Page | None = None, **more: str) -> Page:
        """That page in a window, of its own browser profile or of another one's."""
        return self.opens_at(self.url(who, **more), beside)

    def opens_at(self, url: str, beside: Page | None = None, **options: Any) -> Page:
        """A page of the product in a window. The test fails on errors in it."""
        context = beside.context if beside else self._browser.new_context(**options)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        return page

    def close(self) -> None:
        for person in self.people:
            person.close()
        for context in self._browser.contexts:
            context.close()
        assert self.errors == []


@contextmanager
def open_shop(browser: Browser, site: HostSite, data: Path, **environ: str) -> Iterator[Shop]:
    """A product on this site, beside a service of its own with these settings."""
    with running_service(data, **environ) as address, Accounts.beside(data) as accounts:
        shop = Shop(site, address, accounts, browser)
        yield shop
        shop.close()
