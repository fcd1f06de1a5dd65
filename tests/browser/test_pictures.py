"""One's own picture: chosen, cropped and removed in the settings sheet, and shown at each face."""

import struct
import zlib
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect
from tests.browser.people import People
from tests.browser.screen import Screen, Windows
from tests.browser.test_offline import has_copied
from tests.browser.test_settings import open_settings
from tests.pictures import BLUE, RED

SERVICE_WORKERS = "allow"  # without a network it opens the page

RED_PIXEL, GREEN_PIXEL, BLUE_PIXEL = b"\xc0\x20\x20", b"\x20\x90\x20", b"\x20\x20\xc0"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
WITHOUT_WEBP = """
const toBlob = HTMLCanvasElement.prototype.toBlob;
HTMLCanvasElement.prototype.toBlob = function (done, type, quality) {
  return toBlob.call(this, done, type === "image/webp" ? "image/png" : type, quality);
};
"""
"""What Safari does, which cannot run here: it writes PNG where it does not know the type."""

COLOUR = """async (image) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, 1, 1);
  const pixel = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  const main = ["red", "green", "blue"][pixel.indexOf(Math.max(...pixel))];
  return { size: image.naturalWidth, main };
}"""


def png(width: int, height: int, row: bytes, depth: int = 8, colour: int = 2) -> FilePayload:
    """A picture of equal rows."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress((b"\0" + row) * height, 1)
    parts = [(b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in parts)
    return {"name": "picture.png", "mimeType": "image/png", "buffer": data}


def thirds() -> FilePayload:
    """Red, green and blue, from left to right, three times as wide as high."""
    return png(900, 300, RED_PIXEL * 300 + GREEN_PIXEL * 300 + BLUE_PIXEL * 300)


def chooses(page: Page, sheet: Locator, file: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        sheet.get_by_role("button", name="Choose a picture…").click()
    chooser.value.set_files(file)


def shows(face: Locator, main: str) -> None:
    """Whether the face shows a picture that is mostly of this colour."""
    image = face.locator("img")
    expect(image).to_have_js_property("naturalWidth", 256)
    assert image.evaluate(COLOUR) == {"size": 256, "main": main}


def faces_of(screen: Screen, name: str) -> list[Locator]:
    """Where the page of somebody else shows this person."""
    return [
        screen.row(name).locator(".avatar"),
        screen.page.locator("#conversation-face"),
        screen.log.locator(".avatar"),
    ]


def test_a_picture_is_cropped_and_shown_on_all_pages_and_gone_when_it_is_removed(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    group, lake = maya.writes(tomas, "Hello"), maya.starts_group("The lake", tomas)
    maya.writes_in(lake, "In the group")
    here, tab = window(maya), window(maya)
    direct, many = window(tomas, f"/c/{group}"), window(tomas, f"/c/{lake}")
    sheet = open_settings(here)
    expect(sheet.get_by_role("button", name="Remove")).to_be_hidden()
    chooses(here.page, sheet, thirds())
    stage = sheet.get_by_role("group", name="Part that is shown")
    expect(stage).to_be_focused()
    for _ in range(30):
        here.page.keyboard.press("ArrowRight")  # so that the left third comes into the circle
    here.page.keyboard.press("+")
    expect(sheet.get_by_role("slider", name="Zoom")).not_to_have_value("1")
    sheet.get_by_role("button", name="Save picture").click()
    expect(sheet.get_by_role("status").filter(has_text="Your picture is changed.")).to_be_visible()
    for screen in (here, tab):
        shows(screen.page.locator("#me-button .avatar"), "red")
    others = [
        *faces_of(direct, "Maya")[:2],
        many.log.locator(".avatar"),
        many.row("Maya").locator(".avatar"),
    ]
    for face in others:
        shows(face, "red")
    many.page.get_by_role("button", name="People and settings").click()
    shows(many.page.get_by_role("dialog").get_by_role("listitem").filter(has_text="Maya"), "red")
    direct.reload()
    shows(direct.row("Maya").locator(".avatar"), "red")
    sheet.get_by_role("button", name="Remove").click()
    expect(sheet.get_by_role("status").filter(has_text="You have no picture now.")).to_be_visible()
    for face in (*others, tab.page.locator("#me-button .avatar")):
        expect(face).to_have_text("M")
        expect(face.locator("img")).to_have_count(0)


def test_a_huge_picture_is_shrunk_and_what_is_none_is_refused_in_words(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    screen = window(maya)
    sheet = open_settings(screen)
    for name, kind, said in (
        ("a.heic", "image/heic", "HEIC"),
        ("a.png", "image/png", "cannot read that file"),
        ("a.svg", "image/svg+xml", "cannot read that file"),
    ):
        chooses(screen.page, sheet, {"name": name, "mimeType": kind, "buffer": b"<svg/>" * 9})
        expect(sheet.get_by_role("alert").filter(has_text=said)).to_be_visible()
    chooses(screen.page, sheet, png(8700, 5800, b"\xaa" * 1088, depth=1, colour=0))
    expect(sheet.get_by_role("group", name="Part that is shown")).to_be_focused()
    expect(sheet.get_by_role("alert").filter(has_text="read")).to_have_count(0)
    with screen.unreachable("**/api/me/picture"):
        sheet.get_by_role("button", name="Save picture").click()
        expect(sheet.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    sheet.get_by_role("button", name="Save picture").click()
    expect(screen.page.locator("#me-button img")).to_have_js_property("naturalWidth", 256)


def test_on_a_phone_two_fingers_zoom_and_a_browser_without_webp_sends_jpeg(
    people: People, window: Windows
) -> None:
    maya = people("Maya")
    screen = window(maya, **PHONE)
    screen.page.add_init_script(WITHOUT_WEBP)
    screen.reload()
    sheet = open_settings(screen)
    chooses(screen.page, sheet, thirds())
    box = sheet.get_by_role("group", name="Part that is shown").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = screen.page.context.new_cdp_session(screen.page)
    for kind, apart in (("touchStart", 20), ("touchMove", 40), ("touchMove", 60)):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    zoom = sheet.get_by_role("slider", name="Zoom")
    screen.until(lambda: float(zoom.input_value()) > 2)
    with screen.page.expect_request("**/api/me/picture") as sent:
        sheet.get_by_role("button", name="Save picture").click()
    assert sent.value.headers["content-type"] == "image/jpeg"
    shows(screen.page.locator("#me-button .avatar"), "green")


def test_without_a_network_pictures_are_shown_and_one_that_is_gone_leaves_the_initials(
    people: People, window: Windows
) -> None:
    maya, tomas = people("Maya"), people("Tomás")
    maya.takes_picture(RED)
    tomas.takes_picture(BLUE)
    group = maya.writes(tomas, "Hello")
    screen = window(tomas, f"/c/{group}")
    has_copied(screen, group, "Hello")
    screen.reload()
    shows(screen.row("Maya").locator(".avatar"), "red")
    screen.until(lambda: _kept(screen) == sorted([maya.uuid, tomas.uuid]))
    with screen.offline():
        screen.reload()
        shows(screen.row("Maya").locator(".avatar"), "red")
        shows(screen.page.locator("#me-button .avatar"), "blue")
    maya.ask("DELETE", "/api/me/picture")
    screen.reload()
    expect(screen.row("Maya").locator("img")).to_have_count(0)
    screen.until(lambda: _kept(screen) == [tomas.uuid])
    tomas.ask("DELETE", "/api/sessions")
    screen.page.goto("/sign-in")
    screen.until(lambda: _kept(screen) == [])


def _kept(screen: Screen) -> list[str]:
    """The people of whom the service worker keeps a picture."""
    found = screen.page.evaluate(
        """async () => {
          const names = (await caches.keys()).filter((name) => name.startsWith("cruddur-pictures"));
          const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
          return kept.flat().map(({ url }) => url.split("/").at(-2));
        }"""
    )
    return sorted(found)
