//! The page in a real browser, which is headless Chromium. Where there is none the test says that it was
//! skipped; in CI that is a failure. With `SCREENSHOT=FILE` in the environment it leaves a picture.

#[path = "../support/chat.rs"]
#[allow(dead_code, reason = "the clients are for other tests")]
mod chat;
mod chromium;

use std::env;
use std::fs;

use chat::{Doorplate, chat, config};
use chromium::{Browser, Page};
use tokio::runtime::Builder;

#[test]
fn two_windows_talk_and_see_a_crashed_room_come_back() {
    let Some(program) = chromium::find() else {
        assert!(
            env::var_os("CI").is_none(),
            "CI has no browser: .ci/run installs one"
        );
        println!("skipped: there is no Chromium here");
        return;
    };
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime
        .expect("a runtime")
        .block_on(chat(config(), async move |at| {
            let mut browser = Browser::start(&program).await;
            two_windows(&mut browser, at).await;
            browser.stop().await;
        }));
}

async fn two_windows(browser: &mut Browser, at: Doorplate) {
    let url = format!("http://localhost:{}/", at.http.port());
    let ann = open(browser, &url, "ann").await;
    let bob = open(browser, &url, "bob").await;

    // By keyboard into a room, by a click into the same one, and a word from one window to the other.
    browser.types(&ann, "#room", "kitchen").await;
    browser.until(&ann, "shown('#talk-title', 'kitchen')").await;
    let kitchen = "#room-list [data-room=kitchen]";
    browser
        .until(&bob, &format!("document.querySelector('{kitchen}')"))
        .await;
    browser.clicks(&bob, kitchen).await;
    browser.until(&ann, "shown('#members', 'bob')").await;
    browser.types(&ann, "#text", "tea is ready").await;
    browser.until(&bob, "shown('#log', 'tea is ready')").await;
    browser.until(&ann, "shown('#log .mine', '✓')").await;
    browser.types(&bob, "#text", "coming").await;
    browser.until(&ann, "shown('#log', 'coming')").await;

    // A click crashes the room; its counter goes up, and that of the others does not.
    browser
        .until(&ann, "row('kitchen') === '0' && row('lobby') === '0'")
        .await;
    browser.clicks(&bob, "[data-crash=kitchen]").await;
    for page in [&ann, &bob] {
        browser
            .until(page, "shown('#log .restarted', 'kitchen restarted')")
            .await;
        browser.until(page, "row('kitchen') === '1'").await;
        browser
            .until(page, "row('lobby') === '0' && row('logger') === '0'")
            .await;
    }
    browser.types(&bob, "#text", "still here").await;
    browser.until(&ann, "shown('#log', 'still here')").await;
    picture(browser, &ann).await;
    browser.clicks(&ann, "[data-crash=logger]").await;
    browser.until(&bob, "row('logger') === '1'").await;

    // What one writes is text on the page of the other, whatever it looks like.
    let markup = "<img src=x onerror=document.title=1><b>bold</b>";
    browser.types(&bob, "#text", markup).await;
    browser
        .until(&ann, &format!("shown('#log', {markup:?})"))
        .await;
    browser
        .until(&ann, "!document.querySelector('#log img')")
        .await;

    fits_a_phone(browser, &ann).await;
}

/// Opens the page in a window, under a name.
async fn open(browser: &mut Browser, url: &str, nick: &str) -> Page {
    let page = browser.open(url).await;
    browser.until(&page, "shown('#status', 'connected')").await;
    browser.until(&page, "shown('#talk-title', 'lobby')").await;
    browser.types(&page, "#nick", nick).await;
    browser
        .until(&page, &format!("shown('#members', '{nick}')"))
        .await;
    page
}

/// On a phone one part is shown at a time, nothing sticks out, and it is readable in the dark.
async fn fits_a_phone(browser: &mut Browser, page: &Page) {
    browser.be_a_dark_phone(page).await;
    for part in ["rooms", "tree", "talk"] {
        browser.clicks(page, &format!("[data-show={part}]")).await;
        let shown = format!(
            "[...document.querySelectorAll('main > section')].filter((it) => it.offsetParent).map((it) => it.id).join() === '{part}'"
        );
        browser.until(page, &shown).await;
        browser
            .until(page, "document.documentElement.scrollWidth <= innerWidth")
            .await;
    }
    let background = "getComputedStyle(document.body).backgroundColor === 'rgb(20, 23, 26)'";
    browser.until(page, background).await;
}

async fn picture(browser: &mut Browser, page: &Page) {
    if let Some(path) = env::var_os("SCREENSHOT") {
        let picture = browser.picture(page).await;
        fs::write(path, picture).expect("it can be written");
    }
}
