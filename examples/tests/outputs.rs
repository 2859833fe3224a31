//! What the short examples print: each runs as its readers run it.

#[path = "support/program.rs"]
mod program;

use std::process::Command;

/// Runs an example, and returns what it printed.
fn run(example: &str) -> String {
    let output = Command::new(program::path(example)).output();
    let output = output.expect("build it first: cargo build -p actor-examples --examples");
    let printed = String::from_utf8(output.stdout).expect("it prints text");
    assert!(output.status.success(), "{example} printed:\n{printed}");
    printed
}

/// The pids differ from run to run.
fn without_pids(text: &str) -> String {
    let mut parts = text.split('<');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('>').map_or(part, |(_, rest)| rest);
        plain.push_str("<>");
        plain.push_str(rest);
    }
    plain
}

#[test]
fn strategies_prints_the_drawings() {
    let expected = "OneForOne, C crashes: A B C'\n\
                    OneForAll, A crashes: A' B' C'\n\
                    RestForOne, B crashes: A B' C'\n";
    assert_eq!(run("strategies"), expected);
}

#[test]
fn application_tree_prints_the_tree_three_times() {
    let printed = without_pids(&run("application_tree"));
    let trees: Vec<_> = printed.split("\n\n").collect();
    let tree = |left: u32, cache: &str| {
        format!(
            "app <>, one_for_one, restarts left: {left}\n\
             ├─ Database database <>, rest_for_one, restarts left: 3\n\
             │  ├─ repo <>\n\
             │  └─ pool <>\n\
             ├─ Cache cache <>, one_for_all, {cache}\n\
             └─ Web web <>, one_for_one, restarts left: 3\n   \
             ├─ router <>\n   \
             └─ handler <>"
        )
    };
    let fresh = "restarts left: 1\n│  ├─ store <>\n│  └─ ttl <>";
    let cycled = "restarts left: 0\n│  ├─ store <>, restarted 1×\n│  └─ ttl <>, restarted 1×";
    let anew = "restarts left: 1, restarted 1×\n│  ├─ store <>\n│  └─ ttl <>";
    let expected = [tree(3, fresh), tree(3, cycled), tree(2, anew)];
    assert_eq!(trees.len(), 4, "three trees, and the end:\n{printed}");
    for (shown, expected) in trees.iter().zip(expected) {
        let (_title, shown) = shown.split_once('\n').expect("a title");
        assert_eq!(shown, expected);
    }
}

#[test]
fn dynamic_sessions_prints_baskets_and_counts() {
    let expected = "ann: tea, milk\n\
                    ChildCounts { active: 2, specs: 2, supervisors: 0, workers: 2 }\n\
                    cid: max_children: there are 2 children already\n\
                    ChildCounts { active: 1, specs: 1, supervisors: 0, workers: 1 }\n\
                    ann: no such process: nobody holds the name, or it has ended already\n";
    assert_eq!(run("dynamic_sessions"), expected);
}

#[test]
fn supervise_plain_tasks_restarts_futures_and_stops_a_thread() {
    let printed = run("supervise_plain_tasks");
    let mut lines: Vec<_> = printed.lines().collect();
    let watching = lines.iter().position(|line| line.starts_with("watching"));
    lines.remove(watching.expect("the watcher begins at some time"));
    let expected = [
        "number 1",
        "number 3",
        "number 4",
        "the readers gave up after four runs; the watcher did not notice",
        "watcher restarted 0 times",
        "the watcher stops",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn restart_backoff_waits_longer_each_time() {
    let expected = "connected at the first try\n\
                    lost: error: connection lost\n\
                    the client is Restarting\n\
                    connected again after 3 tries, waiting longer each time: true\n";
    assert_eq!(run("restart_backoff"), expected);
}

#[test]
fn counter_prints_counts_and_what_is_refused() {
    let expected = "the count is 30\n\
                    by its name it is 42\n\
                    a third of it is 14\n\
                    divided by zero: that cannot be done\n\
                    a second one of that name is refused: true\n\
                    after its end: no such process: nobody holds the name, or it has ended already\n";
    assert_eq!(run("counter"), expected);
}

#[test]
fn kv_store_prints_entries_and_its_end() {
    let expected = "tea: Some(\"green\")\n\
                    rum: None\n\
                    keys: [\"milk\", \"tea\"]\n\
                    closed with 2 entries: normal\n";
    assert_eq!(run("kv_store"), expected);
}

#[test]
fn links_and_monitors_prints_who_heard_and_who_ended() {
    let expected = "a monitor: [\"DOWN: error: the disk is full\"]\n\
                    a link, trapped: [\"EXIT: error: the disk is full\"]\n\
                    a link, not trapped: it ended with error: the disk is full\n\
                    the other way round: the worker is killed\n\
                    and who watched it heard [\"DOWN: killed\"]\n\
                    too late: [\"DOWN: no such process\"]\n";
    assert_eq!(run("links_and_monitors"), expected);
}

#[test]
fn deferred_reply_prints_every_way_of_an_answer() {
    let expected = "2 are in the oven\n\
                    a warm apple pie, and a warm plum pie\n\
                    lemon tart, at your door\n\
                    mud pie: the server dropped the reply handle without an answer\n\
                    wedding cake: no reply within the deadline\n\
                    nobody waits for the wedding cake any more\n\
                    bread: the server ended before it replied: killed\n";
    assert_eq!(run("deferred_reply"), expected);
}

#[test]
fn bounded_mailbox_prints_what_each_policy_does() {
    let expected = "a plain cast: [1, 2]\n\
                    dead letters: 1\n\
                    one that waits: [1, 2, 4, 5, 6, 7, 8, 9]\n\
                    given back: [3, 4], printed: [1, 2]\n\
                    the newest: [8, 9]\n\
                    a call: the mailbox is full: the request was not handled\n\
                    it is killed\n";
    assert_eq!(run("bounded_mailbox"), expected);
}
