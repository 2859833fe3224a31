//! What a line asks of the servers: they are found by their names, whichever life they live.

use std::error::Error;
use std::time::Duration;

use actor_otp::WaitError;
use actor_otp::prelude::*;

use super::{Counter, CounterClient, KvStore, KvStoreClient, MyApp};

/// How long a command waits for the successor of a server that ended.
const PATIENCE: Duration = Duration::from_secs(1);

const HELP: &str = "\
get                  the count
inc N                add N
put KEY VALUE        store
fetch KEY            the value, or \"no such key\"
crash counter|kv     a handler panics at once
kill counter|kv      exit(kill)
tree                 the supervision tree: names, pids, restarts of each
help                 this list
quit                 stop the tree and leave; so does the end of the input";

/// Does what a line says, and returns what to print.
pub(crate) async fn answer(line: &str, app: &SupervisorRef) -> Result<String, Box<dyn Error>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["inc", n] => {
            let wrong = |error| format!("{n:?} cannot be added ({error}): write inc N");
            let by = n.parse().map_err(wrong)?;
            counter().await?.increment(by);
        }
        ["put", key, _, ..] => {
            let value = without_word(without_word(line)).trim_end();
            kv().await?.put(key.to_owned(), value.to_owned());
        }
        ["get"] => return Ok(counter().await?.get_count().await?.to_string()),
        ["fetch", key] => {
            let value = kv().await?.fetch(key.to_owned()).await?;
            return Ok(value.unwrap_or_else(|| "no such key".to_owned()));
        }
        ["crash", "counter"] => {
            let counter = counter().await?;
            counter.crash();
            return Ok(end_of(&counter.pid()).await);
        }
        ["crash", "kv"] => {
            let kv = kv().await?;
            kv.crash();
            return Ok(end_of(&kv.pid()).await);
        }
        ["kill", "counter"] => return Ok(kill(&counter().await?.pid()).await),
        ["kill", "kv"] => return Ok(kill(&kv().await?.pid()).await),
        ["tree"] => return Ok(tree(app).await?),
        ["help"] => return Ok(HELP.to_owned()),
        _ => return Err(correction(words.first()).into()),
    }
    Ok("ok".to_owned())
}

/// Returns the present counter, or the next one if it has ended.
pub(crate) async fn counter() -> Result<ActorRef<Counter>, WaitError> {
    Counter::NAME.wait(PATIENCE).await
}

/// Returns the present store, or the next one if it has ended.
pub(crate) async fn kv() -> Result<ActorRef<KvStore>, WaitError> {
    KvStore::NAME.wait(PATIENCE).await
}

async fn kill(pid: &Pid) -> String {
    pid.exit(ExitReason::Kill);
    end_of(pid).await
}

/// Waits until a process is dead, and says which one it was and why it ended.
async fn end_of(pid: &Pid) -> String {
    let reason = pid.exited().await;
    let name = pid.name().unwrap_or("a process without a name");
    match reason {
        ExitReason::Panic(report) => format!("{name} is down: panic: {}", report.message()),
        reason => format!("{name} is down: {reason}"),
    }
}

/// Shows the supervisor, and below it its children in the order of their start.
async fn tree(app: &SupervisorRef) -> Result<String, CallError> {
    let mut tree = format!("{} {}", MyApp::NAME, app.pid());
    for child in app.which_children().await?.iter().rev() {
        let process = match &child.status {
            ChildStatus::Running(pid) => format!("{} {pid}", pid.name().unwrap_or("(no name)")),
            ChildStatus::Restarting => format!("{} (restarting)", child.id),
            ChildStatus::Undefined => format!("{} (not running)", child.id),
        };
        tree += &format!("\n  {process} restarts {}", child.restarts);
    }
    Ok(tree)
}

/// Says what to write instead of a line that begins with this word.
fn correction(word: Option<&&str>) -> String {
    let Some(word) = word else {
        return "an empty line: write help for the commands".to_owned();
    };
    let mut usages = HELP.lines().filter_map(|line| line.split("  ").next());
    match usages.find(|usage| usage.split(' ').next() == Some(word)) {
        Some(usage) => format!("write it as: {usage}"),
        None => format!("unknown command {word:?}: write help for the commands"),
    }
}

fn without_word(line: &str) -> &str {
    let rest = line.trim_start().split_once(char::is_whitespace);
    rest.map_or("", |(_word, rest)| rest.trim_start())
}
