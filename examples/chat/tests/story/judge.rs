//! What each client saw, and what must hold of all of it together.

use std::collections::{HashMap, HashSet};
use std::fmt;

/// What one client said and was told.
#[derive(Default)]
pub(crate) struct Story {
    /// The message whose answer is still to come.
    waiting: Option<String>,
    /// What was acknowledged: the number that it got, and into how many queues it was put.
    acknowledged: HashMap<String, (u64, usize)>,
    unacknowledged: usize,
    /// Whether the latest answer was an acknowledgement.
    pub(crate) was_acknowledged: bool,
    /// Messages as they came, each life of the room by itself.
    lives: Vec<Vec<(u64, String)>>,
    /// The number before that which the next message must have; none before the first welcome.
    before: Option<u64>,
    /// What comes now was said before this client came.
    is_history: bool,
    /// The last line.
    pub(crate) last: String,
}

impl Story {
    pub(crate) fn sends(&mut self, text: String) {
        self.waiting = Some(text);
    }

    pub(crate) fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    /// Takes a line of the line door. A welcome, with what was said before, ends with the news that one came.
    pub(crate) fn hears(&mut self, line: &str) {
        line.clone_into(&mut self.last);
        if self.lives.is_empty() || line.contains(" restarted: ") {
            self.lives.push(Vec::new());
        }
        if line.starts_with("* you are in ") {
            self.is_history = true;
            // At the web door what was said before stands in the same message.
            let latest = line.lines().rev().find_map(said);
            self.before = Some(latest.map_or(0, |(number, _)| number));
        } else if line.ends_with(" came") {
            self.is_history = false;
        } else if self.is_history {
            self.before = Some(said(line).expect("a message").0);
        } else if let Some((number, text)) = said(line) {
            // From its welcome on a member misses nothing: the acknowledgement only tells how many got it.
            if let Some(before) = &mut self.before {
                assert_eq!(number, *before + 1, "a gap before {line}");
                *before = number;
            }
            let life = self.lives.last_mut().expect("there is one");
            life.push((number, text));
        } else if let Some(rest) = line.strip_prefix("* sent: ") {
            let text = self.waiting.take().expect("an answer to something");
            let numbers: Vec<_> = rest
                .split(' ')
                .filter_map(|word| word.parse().ok())
                .collect();
            let [number, members] = numbers[..] else {
                panic!("{line}")
            };
            let receipt = (number, usize::try_from(members).expect("few"));
            self.acknowledged.insert(text, receipt);
            self.was_acknowledged = true;
        } else if line.starts_with("! ") {
            assert!(
                line.contains("not acknowledged") || line.contains("no room"),
                "{line}"
            );
            assert!(self.waiting.take().is_some(), "{line}");
            self.unacknowledged += 1;
            self.was_acknowledged = false;
        }
    }
}

/// `[room number] nick: text`, of a client of the story.
fn said(line: &str) -> Option<(u64, String)> {
    let (head, rest) = line.strip_prefix("[room-")?.split_once("] ")?;
    let (_, text) = rest.split_once(": ")?;
    Some((head.split_once(' ')?.1.parse().ok()?, text.to_owned()))
}

/// What there was to judge.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) acknowledged: usize,
    pub(crate) unacknowledged: usize,
    arrived: usize,
    pub(crate) restarts: usize,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            acknowledged,
            unacknowledged,
            arrived,
            restarts,
        } = self;
        write!(f, "{acknowledged} acknowledged, {unacknowledged} not, ")?;
        write!(f, "{arrived} arrived, {restarts} restarts seen")
    }
}

/// Checks the promise: each message arrives at most once, the messages of one life of a room in order,
/// and an acknowledged one at as many clients as there were members.
pub(crate) fn check(stories: &[Story]) -> Told {
    let mut told = Told::default();
    let mut arrived: HashMap<&str, (u64, usize)> = HashMap::new();
    for story in stories {
        let mut seen = HashSet::new();
        for life in &story.lives {
            for pair in life.windows(2) {
                assert!(pair[0].0 < pair[1].0, "out of order: {pair:?}");
            }
            for (number, text) in life {
                assert!(seen.insert(text), "twice: {text}");
                let (known, clients) = arrived.entry(text).or_insert((*number, 0));
                assert_eq!(known, number, "{text} has two numbers");
                *clients += 1;
                told.arrived += 1;
            }
        }
        told.restarts += story.lives.len().saturating_sub(1);
    }
    for story in stories {
        for (text, receipt) in &story.acknowledged {
            assert_eq!(arrived.get(text.as_str()), Some(receipt), "{text}");
        }
        told.acknowledged += story.acknowledged.len();
        told.unacknowledged += story.unacknowledged;
    }
    told
}

#[test]
fn the_judge_finds_what_is_wrong() {
    let story = |sent: &[&str], lines: &[&str]| {
        let mut story = Story::default();
        let mut sent = sent.iter();
        for line in lines {
            if line.starts_with("* sent") {
                story.sends((*sent.next().expect("one for each")).to_owned());
            }
            story.hears(line);
        }
        story
    };
    let judged = |stories: Vec<Story>| std::panic::catch_unwind(|| check(&stories).arrived).ok();
    let one = "[room-1 1] a: one";
    let two = "[room-1 2] a: two";
    let ok = "* sent: room-1 1 to 2";
    assert_eq!(
        judged(vec![story(&["one"], &[one, ok]), story(&[], &[one, two])]),
        Some(3)
    );
    assert_eq!(
        judged(vec![story(&["one"], &[one, ok]), story(&[], &[])]),
        None,
        "lost"
    );
    assert_eq!(
        judged(vec![story(&["one"], &[one, ok]), story(&[], &[one, one])]),
        None,
        "twice"
    );
    assert_eq!(judged(vec![story(&[], &[two, one])]), None, "out of order");
    let restarted = ["* room-1 restarted: ", "[room-1 1] a: three"];
    assert_eq!(
        judged(vec![story(&[], &[one, two, restarted[0], restarted[1]])]),
        Some(3)
    );
    let came = [
        "* you are in room-1, with: ; topic: ",
        one,
        "* room-1: b came",
    ];
    let gap = std::panic::catch_unwind(|| {
        story(&[], &[came[0], came[1], came[2], "[room-1 3] a: three"])
    });
    assert!(gap.is_err(), "a member was left out");
    story(&[], &[came[0], came[1], came[2], two]);
    assert_eq!(
        judged(vec![story(&[], &[one, two, restarted[1]])]),
        None,
        "not a new life"
    );
}
