"""Takes the pictures of docs/images from the running demo: ``make screenshots``. More pages are more ``Picture``s."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from browsing import NARROW, WIDE, Telephone, open_browser
from console_pictures import take_console
from playwright.sync_api import BrowserContext, Page, expect
from telephones import telephones

from phonetree.demo.cast import Cast
from phonetree.demo.stage import Stage

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
LEAD, MOTHER, PARK, HOME, VOLUNTEER = ("The lead", "A mother", "Mrs. Park", "The Lopez home", "A volunteer")


@dataclass(frozen=True)
class Scene:
    """What a picture is taken of: the stage and one browser, who is signed in there too, go on from one to the next."""

    stage: Stage
    cast: Cast
    window: BrowserContext

    @property
    def handsets(self) -> str:
        """The address of the page of telephones."""
        return f"{self.stage.carrier.base_url}/"

    @property
    def console(self) -> str:
        """The address of the leads' pages."""
        return f"{self.stage.environment['PHONETREE_PUBLIC_URL']}/console/"


@dataclass(frozen=True)
class Picture:
    """One file in docs/images. ``pose`` brings the page to what is to be seen; *address* says where it begins."""

    name: str
    size: tuple[int, int]
    pose: Callable[[Page, Scene], None]
    address: Callable[[Scene], str] = lambda scene: scene.handsets
    is_whole: bool = False
    """The whole page, however long."""
    language: str = "en"
    """For which the browser asks."""

    def take(self, scene: Scene) -> None:
        with scene.window.new_page() as page:
            page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
            page.set_extra_http_headers({"Accept-Language": self.language})
            page.goto(self.address(scene))
            self.pose(page, scene)
            page.screenshot(path=IMAGES / f"{self.name}.png", full_page=self.is_whole, animations="disabled")


def alert_arrives(page: Page, scene: Scene) -> None:
    """Mrs. Park joins in Korean; the lead sends an alert; everybody reads it, and the phone on the wall rings."""
    lead, park = Telephone(page, LEAD), Telephone(page, PARK)
    park.writes("가입 MAPLE")
    expect(park.display.locator(".arrived")).to_have_count(1)
    park.writes("1")
    expect(park.display.locator(".arrived")).to_have_count(2)
    Telephone(page, VOLUNTEER).writes("ON")
    lead.writes("ALERT 2 1 2")
    lead.shows("nothing sent yet")
    lead.writes(f"{lead.code(0)} {scene.cast.leads[0].pin}")
    lead.shows("front gate")
    Telephone(page, MOTHER).shows("puerta principal")
    expect(park.display.locator(".arrived")).to_have_count(3)
    Telephone(page, HOME).is_told("Ringing")
    asked = page.locator("#crossings > details", has_text="/twilio/sms").first
    asked.locator("summary").click()
    asked.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 0)")


def lead_learns(page: Page, scene: Scene) -> None:
    page.get_by_text("Training for a lead").click()
    lead_reads(page, scene)


def lead_reads(page: Page, scene: Scene) -> None:
    page.get_by_role("link", name=LEAD).click()
    Telephone(page, LEAD).shows("front gate")


def home_hears(page: Page, scene: Scene) -> None:
    page.get_by_role("link", name=HOME).click()
    home = Telephone(page, HOME)
    home.key("Pick up").click()
    home.is_told("It waits for a key.")


def hotline_talks(page: Page, scene: Scene) -> None:
    mother, volunteer = Telephone(page, MOTHER), Telephone(page, VOLUNTEER)
    mother.key("Call").click()
    mother.is_told("It waits for a key.")
    mother.key("2").click()
    volunteer.key("Pick up").click()
    volunteer.is_told("It waits for a key.")
    volunteer.key("1").click()
    mother.is_told("Talking with")


def tools(page: Page, scene: Scene) -> None:
    page.get_by_role("link", name="For developers").click()
    page.locator("#crossings > details").first.locator("summary").click()


PICTURES = (
    Picture("handsets-alert", WIDE, alert_arrives, is_whole=True),
    Picture("handsets-lead-360", NARROW, lead_reads, is_whole=True),
    Picture("handsets-training-360", NARROW, lead_learns),
    Picture("handsets-landline-360", NARROW, home_hears, is_whole=True),
    Picture("handsets-hotline", WIDE, hotline_talks, is_whole=True),
    Picture("handsets-tools-360", NARROW, tools),
)


def main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser, telephones() as (stage, cast):
        scene = Scene(stage, cast, browser.new_context())
        for picture in PICTURES:
            picture.take(scene)
            sys.stdout.write(f"docs/images/{picture.name}.png\n")
        for name in take_console(stage, cast.leads[0], browser, IMAGES):
            sys.stdout.write(f"docs/images/{name}.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
