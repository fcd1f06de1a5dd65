"""The npm package of the client for browsers, as somebody who installs it has it."""

import json
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it is written in C, without stubs
import pytest
from playwright.sync_api import Browser, expect
from tests.browser.host_site import HostSite
from tests.browser.shop import Shop, open_shop

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients" / "browser"
TOOLS = ROOT / "node_modules" / ".bin"
MOST_BYTES = 15_200
"""Of what a page that imports it fetches, by brotli, each file by itself. Bundlers join them."""

APP = """
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { Chat, useChat, useConversation, useInbox, useUnread } from "cruddur-client/react";

function Talk({ to }) {
  const talk = useConversation(to);
  const texts = talk?.messages.map((one) => h("li", { key: one.uuid }, one.message));
  const unread = useUnread().messages;
  return h("div", {},
    h("h2", {}, `${unread} unread, ${useInbox()?.rows.length ?? 0} rows, ${useChat()?.state}`),
    h("ul", {}, texts),
    h("button", { onClick: () => talk.send("Hello from React") }, "Say hello"));
}

const token = (why) => fetch(`/token/${WHO}`, { method: "POST" }).then((answer) => answer.text());
const root = createRoot(document.querySelector("#root"));
root.render(h(Chat, { url: URL_OF_CHAT, token }, h(Talk, { to: TO })));
"""

TYPED = """
import { connect, frame, type Chat, type Message } from "cruddur-client";
import { useConversation } from "cruddur-client/react";

const url = "https://chat.example";
const chat: Chat = connect({ url, token: async (why) => (why === "first" ? "a" : null) });
const end: () => void = chat.on("message", ({ seq, message }) => seq.toFixed() + message.trim());
chat.on("unread", ({ conversations }) => conversations.toFixed());
const sent: Promise<Message> = chat.conversation("ext:42").send("Hello", { reply_to_seq: 1 });
frame(document.body, { token: () => "a", show: "inbox" }).on("open", ({ to }) => to?.trim());
export const name = () => useConversation("ext:42")?.name.trim();
// @ts-expect-error there is no such event
chat.on("nothing", () => {});
export { end, sent };
"""


def run(*command: str, folder: Path) -> str:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def fetched(folder: Path, script: str) -> set[str]:
    """The names of a script and of all that it imports."""
    names = re.findall(r'(?:from|import)"\./([\w.-]+)"', (folder / script).read_text())
    return {script}.union(*(fetched(folder, name) for name in names))


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a product that has installed the package."""
    if not (TOOLS / "esbuild").exists() or shutil.which("npm") is None:
        reason = "esbuild is missing: bin/install-page-tools"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    folder = tmp_path_factory.mktemp("product")
    packed = json.loads(
        run("npm", "pack", "--json", f"--pack-destination={folder}", folder=PACKAGE)
    )
    with tarfile.open(folder / packed[0]["filename"]) as tar:
        tar.extractall(folder / "unpacked", filter="data")
    modules = folder / "node_modules"
    modules.mkdir()
    (folder / "unpacked" / "package").rename(modules / "cruddur-client")
    for name in ("react", "react-dom", "scheduler", "@types", "csstype"):
        (modules / name).symlink_to(ROOT / "node_modules" / name)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


@pytest.fixture(scope="module")
def shop(
    browser: Browser, site: HostSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with open_shop(
        browser, site, tmp_path_factory.mktemp("react"), CRUDDUR_ALLOWED_ORIGINS=site.address
    ) as shop:
        yield shop


def test_it_has_what_it_says_and_nothing_else(product: Path) -> None:
    package = product / "node_modules" / "cruddur-client"
    exports = json.loads((package / "package.json").read_text())["exports"]
    named = {package / path for one in exports.values() for path in one.values()}
    files = {file for file in package.rglob("*") if file.is_file()}
    assert named <= files
    others = {file.name.partition("-")[0] for file in files - named}
    parts = {"chunk", "elements", "element_menu", "frame", "leases", "quotes", "trouble"}
    assert others == {"package.json", "README.md"} | parts
    assert "interface Message" in (package / "dist" / "index.d.ts").read_text()
    assert len((PACKAGE / "react.js").read_text().splitlines()) < 100


def test_what_a_page_fetches_without_elements_is_small(product: Path) -> None:
    folder = product / "node_modules" / "cruddur-client" / "dist"
    files = fetched(folder, "index.js")
    sizes = {name: len(brotli.compress((folder / name).read_bytes())) for name in files}
    print("The package without its elements, by brotli:", sizes)  # noqa: T201  `pytest -s` shows it
    assert sum(sizes.values()) <= MOST_BYTES


def test_importing_it_on_a_server_does_nothing(product: Path) -> None:
    show = "import * as m from 'cruddur-client'; import * as r from 'cruddur-client/react';"
    show += "console.log(Object.keys(m).join(), typeof r.Chat)"
    (product / "server.js").write_text(show)
    assert run("node", "server.js", folder=product) == "connect,frame function\n"


def test_its_types_say_what_is_there(product: Path) -> None:
    (product / "typed.ts").write_text(TYPED)
    flags = ("--strict", "--noEmit", "--module", "esnext", "--moduleResolution", "bundler")
    more = ("--target", "es2024", "--lib", "es2024,dom", "typed.ts")
    run(str(TOOLS / "tsc"), *flags, *more, folder=product)


def test_two_people_talk_one_of_them_in_react(product: Path, shop: Shop) -> None:
    maya, tom = shop.person("Maya"), shop.person("Tom")
    (product / "app.js").write_text(APP)
    given = {"WHO": maya.handle, "URL_OF_CHAT": shop.address, "TO": f"@{tom.handle}"}
    defined = [f"--define:{name}={json.dumps(value)}" for name, value in given.items()]
    bundle = (
        "--bundle",
        "--minify",
        "--format=esm",
        "--define:process.env.NODE_ENV='\"production\"'",
    )
    script = run(str(TOOLS / "esbuild"), "app.js", *bundle, *defined, folder=product)
    page = shop.opens_at(shop.site.page("/react", body='<div id="root"></div>', script=script))
    expect(page.get_by_role("heading")).to_have_text("0 unread, 0 rows, open")
    page.get_by_role("button", name="Say hello").click()
    expect(page.get_by_role("listitem")).to_have_text(["Hello from React"])
    tom.writes(maya, "Hello from Tom")
    expect(page.get_by_role("listitem")).to_have_text(["Hello from React", "Hello from Tom"])
    expect(page.get_by_role("heading")).to_have_text("1 unread, 1 rows, open")
