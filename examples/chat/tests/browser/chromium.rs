//! Headless Chromium, over its DevTools protocol: as much of it as the test needs.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Stdio, id};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::chat::PATIENCE;

/// What the conditions of the test may use: whether a place shows a text, and the restarts of a process.
const HELPERS: &str = "
    const shown = (place, text) =>
        [...document.querySelectorAll(place)].some((it) => it.textContent.includes(text));
    const row = (name) => document.querySelector(`[data-process=${name}] td:nth-child(3)`)?.textContent;
";

/// The browser that this machine has.
pub(crate) fn find() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let usual = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    named.into_iter().chain(usual).find(|path| path.is_file())
}

pub(crate) struct Browser {
    child: Child,
    profile: PathBuf,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    requests: u64,
}

/// One window.
pub(crate) struct Page(String);

impl Browser {
    pub(crate) async fn start(program: &PathBuf) -> Self {
        let profile = env::temp_dir().join(format!("chat-browser-{}", id()));
        let mut child = Command::new(program)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
            ])
            .args([
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the browser starts");
        let mut log = BufReader::new(child.stderr.take().expect("piped")).lines();
        let address = async {
            while let Ok(Some(line)) = log.next_line().await {
                if let Some(address) = line.strip_prefix("DevTools listening on ") {
                    return address.to_owned();
                }
            }
            panic!("the browser does not say where it listens");
        };
        let address = timeout(PATIENCE, address).await.expect("it takes too long");
        let (socket, _) = connect_async(address).await.expect("it answers");
        Self {
            child,
            profile,
            socket,
            requests: 0,
        }
    }

    pub(crate) async fn stop(mut self) {
        self.child.kill().await.expect("it is ours");
        let _ = fs::remove_dir_all(&self.profile); // a process of it may still write; it is a temporary one
    }

    /// Asks the browser, or one window, and returns the answer.
    async fn ask(&mut self, page: Option<&Page>, method: &str, parameters: Value) -> Value {
        self.requests += 1;
        let mut request = json!({ "id": self.requests, "method": method, "params": parameters });
        if let Some(Page(session)) = page {
            request["sessionId"] = json!(session);
        }
        let request = Message::text(request.to_string());
        self.socket.send(request).await.expect("it listens");
        loop {
            let message = timeout(PATIENCE, self.socket.next())
                .await
                .expect("it takes too long");
            let message = message.expect("not the end").expect("no error");
            let Message::Text(text) = message else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text).expect("JSON");
            if answer["id"] == self.requests {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    pub(crate) async fn open(&mut self, url: &str) -> Page {
        let window =
            json!({ "url": "about:blank", "newWindow": true, "width": 1280, "height": 720 });
        let target = self.ask(None, "Target.createTarget", window).await["targetId"].clone();
        let flat = json!({ "targetId": target, "flatten": true });
        let session = self.ask(None, "Target.attachToTarget", flat).await["sessionId"].clone();
        let page = Page(session.as_str().expect("a session").to_owned());
        let size = json!({ "width": 1280, "height": 720, "deviceScaleFactor": 1, "mobile": false });
        self.ask(Some(&page), "Emulation.setDeviceMetricsOverride", size)
            .await;
        self.ask(Some(&page), "Page.navigate", json!({ "url": url }))
            .await;
        page
    }

    async fn evaluate(&mut self, page: &Page, expression: &str) -> Value {
        let code = format!("(() => {{ {HELPERS} return {expression}; }})()");
        let code = json!({ "expression": code, "returnByValue": true });
        self.ask(Some(page), "Runtime.evaluate", code).await
    }

    /// Waits until an expression is true on the page.
    pub(crate) async fn until(&mut self, page: &Page, condition: &str) {
        let truth = format!("Boolean({condition})");
        let holds = async {
            while self.evaluate(page, &truth).await["result"]["value"] != true {
                sleep(Duration::from_millis(20)).await;
            }
        };
        if timeout(PATIENCE, holds).await.is_err() {
            let text = self.evaluate(page, "document.body.innerText").await;
            panic!(
                "never true: {condition}\n{}",
                text["result"]["value"].as_str().unwrap_or("?")
            );
        }
    }

    /// Clicks on what a selector finds.
    pub(crate) async fn clicks(&mut self, page: &Page, selector: &str) {
        let element = format!("document.querySelector('{selector}')");
        self.until(page, &element).await;
        self.evaluate(page, &format!("{element}.click()")).await;
    }

    /// Types into a field, from the keyboard, and presses Enter.
    pub(crate) async fn types(&mut self, page: &Page, selector: &str, text: &str) {
        let field = format!("document.querySelector('{selector}')");
        self.evaluate(page, &format!("({field}.focus(), {field}.select())"))
            .await;
        self.ask(Some(page), "Input.insertText", json!({ "text": text }))
            .await;
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { "\r" } else { "" };
            let key = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": text });
            self.ask(Some(page), "Input.dispatchKeyEvent", key).await;
        }
    }

    pub(crate) async fn be_a_dark_phone(&mut self, page: &Page) {
        let size = json!({ "width": 390, "height": 780, "deviceScaleFactor": 1, "mobile": true });
        self.ask(Some(page), "Emulation.setDeviceMetricsOverride", size)
            .await;
        let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        self.ask(Some(page), "Emulation.setEmulatedMedia", dark)
            .await;
    }

    /// A PNG of the window.
    pub(crate) async fn picture(&mut self, page: &Page) -> Vec<u8> {
        let format = json!({ "format": "png" });
        let answer = self.ask(Some(page), "Page.captureScreenshot", format).await;
        decoded(answer["data"].as_str().expect("a picture"))
    }
}

/// Base64, without a package for it.
fn decoded(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for value in text.chars().filter_map(|letter| letters.find(letter)) {
        bits = bits << 6 | u32::try_from(value).expect("less than 64");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}
