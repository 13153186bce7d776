"""The web chat in a real browser: answered, still there after a reload, safe from markup."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from segue_local.system import System

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome")
ANSWER_MS = 30_000


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    assert PROGRAM, "the browser tests need Chromium: `make test` installs it where it may"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=PROGRAM,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        )  # fmt: skip
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, system: System) -> AsyncIterator[Page]:
    """The test page of the demo's tenant; any error on the console fails the test."""
    page = await browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(f"{system.processes['ingest'].url}/v1/acme-dental/chat/page")
    yield page
    assert not errors


async def write(page: Page, text: str) -> None:
    await page.get_by_role("textbox").fill(text)
    await page.get_by_role("textbox").press("Enter")


async def test_a_visitor_is_answered_and_finds_it_again_after_a_reload(page: Page) -> None:
    await write(page, "Hello, what are your opening hours?")
    log = page.get_by_role("log")
    await expect(log).to_contain_text("9:00", timeout=ANSWER_MS)
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("what are your opening hours?")
    await expect(page.get_by_role("log")).to_contain_text("9:00")


async def test_markup_in_a_message_stays_text(page: Page) -> None:
    await write(page, "<img src=x onerror=alert(1)> I need <b>braces</b>")
    log = page.get_by_role("log")
    await expect(log).to_contain_text("<b>braces</b>", timeout=ANSWER_MS)
    assert await page.locator("img").count() == 0


async def test_a_message_written_while_offline_arrives_once_after_it(page: Page) -> None:
    await write(page, "hello")
    log = page.get_by_role("log")
    await expect(log).to_contain_text("Acme Dental", timeout=ANSWER_MS)
    await page.context.set_offline(True)
    await write(page, "do you have parking at the practice?")
    await page.context.set_offline(False)
    await expect(log).to_contain_text("arking", timeout=ANSWER_MS)
    said = log.get_by_text("do you have parking at the practice?")
    await expect(said).to_have_count(1)
    await page.reload()
    await expect(
        page.get_by_role("log").get_by_text("do you have parking at the practice?")
    ).to_have_count(1)
