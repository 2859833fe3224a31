//! The root: an application, and two that depend on each other.

use std::process::ExitCode;
use std::sync::mpsc::{Sender, channel};

use actor_otp::prelude::*;
use actor_otp::testing::isolated;
use actor_otp::{app, run_all, run_until};

use crate::counter::{Counter, CounterClient};

pub struct ChatConfig {
    visitors: i64,
}

impl ChatConfig {
    fn from_env() -> Self {
        Self { visitors: 3 }
    }
}

struct Chat;

#[async_trait]
impl Application for Chat {
    type Config = ChatConfig;
    type State = ();

    async fn start(&self, config: ChatConfig) -> Result<(SupervisorSpec, ()), StartError> {
        let tree = SupervisorSpec::new(Strategy::OneForOne);
        Ok((tree.child(Counter::child_spec(config.visitors)), ()))
    }

    fn dependencies(&self) -> Vec<&str> {
        vec!["Db"]
    }
}

struct Db;

#[async_trait]
impl Application for Db {
    type Config = Sender<&'static str>;
    type State = Sender<&'static str>;

    async fn start(&self, log: Self::Config) -> Result<(SupervisorSpec, Self::State), StartError> {
        log.send("start").unwrap();
        Ok((SupervisorSpec::new(Strategy::OneForOne), log))
    }

    async fn prep_stop(&self, log: Self::State) -> Self::State {
        let chat = Counter::NAME.whereis();
        let order = chat.map_or("prep_stop after the chat", |_| "prep_stop before the chat");
        log.send(order).unwrap();
        log
    }

    async fn stop(&self, log: Self::State) {
        log.send("stop").unwrap();
    }
}

#[allow(dead_code, reason = "it waits for a signal")]
#[tokio::main]
async fn main() -> ExitCode {
    actor_otp::run(Chat, ChatConfig::from_env()).await
}

#[allow(dead_code, reason = "it waits for a signal")]
#[tokio::main]
async fn main_of_both() -> ExitCode {
    let (log, _lines) = channel();
    run_all([app(Db, log), app(Chat, ChatConfig::from_env())]).await
}

#[tokio::test(start_paused = true)]
async fn applications_run_until_they_are_asked_to_stop() {
    isolated(async {
        let asked = async {
            let counter = Counter::NAME.wait(std::time::Duration::from_secs(1)).await;
            assert_eq!(counter.unwrap().get_count().await.unwrap(), 3);
        };
        let (log, lines) = channel();
        let list = [app(Chat, ChatConfig::from_env()), app(Db, log)];
        let report = run_until(list, asked, std::future::pending()).await;
        assert_eq!(report.code(), 0, "{report}");
        let names: Vec<_> = report.applications.iter().map(|one| &*one.name).collect();
        assert_eq!(names, ["Chat", "Db"]);
        let lines: Vec<_> = lines.iter().collect();
        assert_eq!(lines, ["start", "prep_stop after the chat", "stop"]);
    })
    .await;
}
