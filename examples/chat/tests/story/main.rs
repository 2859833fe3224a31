//! Two hundred clients talk in twenty rooms for twenty seconds, while rooms and the logger crash: what is
//! acknowledged arrives, once and in order, at every member of that moment.
//!
//! The schedule is the machine's; who says what when, and what crashes, is drawn from a seed, which
//! `SEED=NUMBER` sets.

#[path = "../support/chat.rs"]
#[allow(dead_code, reason = "some of it is for other tests")]
mod chat;
mod judge;
mod page;
mod rng;

use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actor_chat::ChatConfig;
use chat::{Client, Doorplate, PATIENCE, chat, config};
use judge::Story;
use page::Page;
use rng::Rng;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

const CLIENTS: u64 = 200;
const ROOMS: u64 = 20;
const LASTS: Duration = Duration::from_secs(20);

/// So much has to be acknowledged; on a machine that is busy with other things it takes longer.
const ENOUGH: usize = 2_000;

/// How much has been.
static ACKNOWLEDGED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn what_is_acknowledged_arrives_once_and_in_order_whatever_crashes() {
    let seed = env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(2026);
    println!("SEED={seed}");
    let config = ChatConfig {
        queue: 1_000_000,
        ..config()
    };
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime
        .expect("a runtime")
        .block_on(chat(config, async move |at| {
            let begun = now();
            let mut clients = JoinSet::new();
            for number in 0..CLIENTS {
                clients.spawn(client(number, at, begun, Rng::new(seed + number)));
            }
            let crashes = crash(at, begun, Rng::new(seed + CLIENTS)).await;
            let mut stories = Vec::new();
            while let Some(story) = clients.join_next().await {
                stories.push(story.expect("no client fails"));
            }
            assert_eq!(stories.len() as u64, CLIENTS);
            let told = judge::check(&stories);
            println!("{told}, {crashes} crashes from outside");
            assert!(
                told.acknowledged >= ENOUGH && told.unacknowledged > 0,
                "{told}"
            );
            assert!(crashes > 20 && told.restarts > 200, "{told}");
        }));
}

/// Whether the talk goes on: for its time, and until there is enough to judge, but not for ever.
fn goes_on(begun: Instant) -> bool {
    let acknowledged = ACKNOWLEDGED.load(Ordering::Relaxed);
    begun.elapsed() < LASTS || (acknowledged < ENOUGH && begun.elapsed() < 6 * LASTS)
}

#[expect(clippy::disallowed_methods, reason = "real sockets, real time")]
fn now() -> Instant {
    Instant::now()
}

/// A client of either door.
enum Anyone {
    Lines(Client),
    Page(Page),
}

impl Anyone {
    async fn says(&mut self, line: &str) {
        match self {
            Self::Lines(client) => client.says(line).await,
            Self::Page(page) => page.says(line).await,
        }
    }

    /// What comes next; none at the end. May be dropped.
    async fn next(&mut self) -> Option<String> {
        match self {
            Self::Lines(client) => client.next().await,
            Self::Page(page) => page.next().await,
        }
    }
}

/// Talks in one room, until the time is over.
async fn client(number: u64, at: Doorplate, begun: Instant, mut rng: Rng) -> Story {
    let mut me = match number % 10 {
        0 => Anyone::Page(Page::open(at).await),
        _ => Anyone::Lines(Client::knock(at).await),
    };
    let mut story = Story::default();
    me.says(&format!("/nick c{number}")).await;
    me.says(&format!("/join room-{}", number % ROOMS)).await;
    // A message is never given up half-way, nor before its answer.
    let mut message = 0;
    while goes_on(begun) {
        message += 1;
        let text = format!("c{number} says {message}");
        if rng.below(60) == 0 {
            me.says("/crash").await; // the message comes right behind it
        }
        me.says(&text).await;
        story.sends(text);
        while story.waits() {
            let Some(line) = me.next().await else {
                panic!("c{number} was left, with {:?}", story.last);
            };
            story.hears(&line);
        }
        ACKNOWLEDGED.fetch_add(usize::from(story.was_acknowledged), Ordering::Relaxed);
        let pause = Duration::from_millis(rng.below(500));
        let listen = async {
            while let Some(line) = me.next().await {
                story.hears(&line);
            }
        };
        let _ = timeout(pause, listen).await;
    }
    me.says("/quit").await;
    while let Some(line) = me.next().await {
        story.hears(&line);
    }
    assert!(!story.waits(), "c{number} hangs");
    assert_eq!(story.last, "* goodbye", "c{number}");
    story
}

/// Crashes this and that, for as long as the clients talk; says how much.
async fn crash(at: Doorplate, begun: Instant, mut rng: Rng) -> u64 {
    let mut gremlin = Client::knock(at).await;
    let mut crashes = 0;
    while goes_on(begun) {
        sleep(Duration::from_millis(100 + rng.below(200))).await;
        let what = match rng.below(7) {
            0 => "logger".to_owned(),
            _ => format!("room-{}", rng.below(ROOMS)),
        };
        gremlin.says(&format!("/crash {what}")).await;
        crashes += 1;
    }
    gremlin.says("/quit").await;
    let end = timeout(PATIENCE, gremlin.last()).await.expect("it ends");
    assert_eq!(end, "* goodbye");
    crashes
}
