//! `SupervisionTree`: whole trees as text and as diagrams, with the exact words.

use std::time::Duration;

use actor_core::testing::wait_until;
use actor_core::{AsPid, ExitReason, Node, Pid};
use actor_supervisor::{
    Backoff, ChildRef, ChildSpec, ChildType, DynamicSupervisorClient, Restart, Strategy,
    SupervisionTree, SupervisorClient, SupervisorRef, SupervisorServer, SupervisorSpec,
};
use tokio::time::sleep;

use crate::dynamic;
use crate::support::{
    Begin, HOUR, Log, Plan, SECOND, Terminate, by, children, isolated, kill, nested, over, pid,
    settled, worker,
};

fn tree(top: &impl AsPid) -> SupervisionTree {
    SupervisionTree::of(top).expect("it lives")
}

/// The text, with the processes' names in place of their pids: those do not stay the same.
fn text(tree: &SupervisionTree, pids: &[(&str, Pid)]) -> Vec<String> {
    let mut text = tree.to_string();
    for (label, pid) in pids {
        text = text.replace(&pid.to_string(), &format!("<{label}>"));
    }
    text.lines().map(str::to_owned).collect()
}

/// The diagram, likewise.
fn diagram(tree: &SupervisionTree, pids: &[(&str, Pid)]) -> Vec<String> {
    let mut text = tree.to_mermaid();
    for (label, pid) in pids {
        let escaped = pid.to_string().replace('<', "#lt;").replace('>', "#gt;");
        text = text.replace(&escaped, label);
    }
    text.lines().map(str::to_owned).collect()
}

/// A tree with a bit of everything, and the pids in it.
async fn planted(log: &Log) -> (SupervisorRef, Vec<(&'static str, Pid)>) {
    let plan = |label| Plan::new(label, log);
    let web = [plan("x"), plan("y")];
    let web = nested("web", move || {
        by(Strategy::RestForOne, &web).max_restarts(1)
    });
    let waits = plan("w").spec().restart_delay(Backoff::constant(HOUR));
    let sup = by(Strategy::OneForOne, &[plan("a")])
        .max_restarts(10)
        .child(web)
        .child(dynamic::dynamic().child_spec())
        .child(plan("n").begins([Begin::Ignore]).spec())
        .child(waits)
        .start_link()
        .await
        .expect("all start");
    let session = plan("s").unnamed().spec();
    let session = dynamic::DYN.start_child(session).await.expect("it starts");
    for label in ["a", "a", "w", "x"] {
        kill(label).await;
        children(&sup).await;
    }
    let web: ChildRef<SupervisorServer> = sup.child("web").await.expect("it is there");
    children(&web).await;
    let named = ["sup", "a", "web", "x", "y", "dyn"];
    let mut pids: Vec<_> = named.iter().map(|label| (*label, pid(label))).collect();
    pids.push(("s", session.pid()));
    (sup, pids)
}

#[tokio::test(start_paused = true)]
async fn a_tree_is_shown_as_text() {
    isolated(async {
        let log = Log::default();
        let (sup, pids) = planted(&log).await;
        let expected = [
            "sup <sup>, one_for_one, restarts left: 8",
            "├─ a <a>, restarted 2×",
            "├─ web <web>, rest_for_one, restarts left: 0",
            "│  ├─ x <x>, restarted 1×",
            "│  └─ y <y>, restarted 1×",
            "├─ dyn <dyn>, one_for_one, restarts left: 3",
            "│  └─ s <s>",
            "├─ n, not running",
            "└─ w, restarting",
        ];
        assert_eq!(text(&tree(&sup), &pids), expected);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_tree_is_shown_as_a_diagram() {
    isolated(async {
        let log = Log::default();
        let (sup, pids) = planted(&log).await;
        let expected = r#"
flowchart TD
    n0["sup sup<br/>one_for_one<br/>restarts left: 8"]
    n1["a a<br/>restarted 2×"]
    n0 --> n1
    n2["web web<br/>rest_for_one<br/>restarts left: 0"]
    n0 --> n2
    n3["x x<br/>restarted 1×"]
    n2 --> n3
    n4["y y<br/>restarted 1×"]
    n2 --> n4
    n5["dyn dyn<br/>one_for_one<br/>restarts left: 3"]
    n0 --> n5
    n6["s s"]
    n5 --> n6
    n7["n<br/>not running"]
    n0 --> n7
    n8["w<br/>restarting"]
    n0 --> n8"#;
        let expected: Vec<_> = expected.trim_start().lines().collect();
        assert_eq!(diagram(&tree(&sup), &pids), expected);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn rows_tell_depth_type_and_state() {
    // S-50: the same as the supervisor tells when it is asked.
    isolated(async {
        let log = Log::default();
        let (sup, _) = planted(&log).await;
        let shown = tree(&sup);
        let depths: Vec<_> = shown.rows().iter().map(|row| row.depth).collect();
        assert_eq!(depths, [0, 1, 1, 2, 2, 1, 2, 1, 1]);
        let mut asked = sup.which_children().await.unwrap();
        asked.reverse();
        let below: Vec<_> = shown.rows().iter().filter(|row| row.depth == 1).collect();
        assert_eq!(asked.len(), below.len());
        for (child, row) in asked.iter().zip(below) {
            assert_eq!(Some(&child.id), row.id.as_ref());
            assert_eq!(child.status, row.status);
            assert_eq!(child.child_type, row.child_type);
            assert_eq!(child.restarts, row.restarts);
            let supervises = child.child_type == ChildType::Supervisor;
            assert_eq!(row.supervisor.is_some(), supervises);
        }
        sup.stop().await.unwrap();
        let later: Vec<_> = shown.rows().iter().map(|row| row.depth).collect();
        assert_eq!(later, depths, "it is of the moment when it was taken");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_busy_or_stuck_is_shown_all_the_same() {
    // It is not asked: while a restart hangs, and while a child is stopped.
    isolated(async {
        let log = Log::default();
        let slow = Terminate::Slow(100 * SECOND);
        let a = Plan::new("a", &log).traps().terminate(slow);
        let begins = [Begin::Ready, Begin::Hang, Begin::Ready];
        let h = Plan::new("h", &log).begins(begins);
        let plans = [a, h.clone()];
        let inner = nested("inner", move || over(&plans));
        let sup = over([]).child(inner).start_link().await.unwrap();
        let inner: ChildRef<SupervisorServer> = sup.child("inner").await.unwrap();
        let pids = ["sup", "inner", "a"].map(|label| (label, pid(label)));
        kill("h").await;
        wait_until(|| h.starts() == 2).await;
        let expected = [
            "sup <sup>, one_for_one, restarts left: 3",
            "└─ inner <inner>, one_for_one, restarts left: 2",
            "   ├─ a <a>",
            "   └─ h, not running",
        ];
        assert_eq!(text(&tree(&sup), &pids), expected);

        kill("h").await; // the half-started one
        settled(&inner, &["h running", "a running"]).await;
        tokio::select! {
            _ = inner.terminate_child("a") => panic!("it is slow"),
            () = wait_until(|| log.count("terminate a: shutdown") == 1) => {}
        }
        let pids = ["sup", "inner", "a", "h"].map(|label| (label, pid(label)));
        let expected = [
            "sup <sup>, one_for_one, restarts left: 3",
            "└─ inner <inner>, one_for_one, restarts left: 1",
            "   ├─ a <a>",
            "   └─ h <h>, restarted 1×",
        ];
        assert_eq!(text(&tree(&sup), &pids), expected);
        pid("a").exit(ExitReason::Kill);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_restarts_left_come_back_with_time() {
    // S-26, S-30.
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        let left = || tree(&sup).rows()[0].supervisor.unwrap().restarts_left;
        assert_eq!(left(), 3);
        for (n, pause) in [(2, SECOND), (1, SECOND), (0, Duration::ZERO)] {
            kill("a").await;
            children(&sup).await;
            assert_eq!(left(), n);
            sleep(pause).await;
        }
        sleep(3 * SECOND).await;
        assert_eq!(
            left(),
            0,
            "the first was five seconds ago, which still counts"
        );
        for n in [1, 2, 3] {
            sleep(SECOND).await;
            assert_eq!(left(), n);
        }
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn there_is_no_tree_of_the_dead_and_of_what_is_no_supervisor() {
    isolated(async {
        let log = Log::default();
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        assert!(SupervisionTree::of(&worker("a")).is_none());
        assert!(SupervisionTree::of(&sup.pid()).is_some());
        sup.stop().await.unwrap();
        assert!(SupervisionTree::of(&sup).is_none());
        let sup = over(&[Plan::new("a", &log)]).start_link().await.unwrap();
        kill("sup").await;
        assert!(SupervisionTree::of(&sup).is_none());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn ids_and_names_may_hold_anything() {
    // Control characters stay in their line, quotes and markup in their label.
    isolated(async {
        let log = Log::default();
        let plan = Plan::new("a", &log).unnamed();
        let nasty = "a\n\"b\"\t<c> & #d; `e`\u{1b}[0m";
        let plain = "größe 木";
        let sup = over([])
            .child(plan.spec().id(nasty))
            .child(plan.spec().id(plain))
            .name("top\r\n└─ forged")
            .start_link()
            .await
            .unwrap();
        let shown = tree(&sup);
        let pids: Vec<_> = shown
            .rows()
            .iter()
            .filter_map(|row| row.status.pid().cloned())
            .collect();
        let pids: Vec<_> = ["0", "1", "2"].into_iter().zip(pids).collect();
        let expected = [
            r"top\u{d}\u{a}└─ forged <0>, one_for_one, restarts left: 3",
            r#"├─ a\u{a}"b"\u{9}<c> & #d; `e`\u{1b}[0m <1>"#,
            "└─ größe 木 <2>",
        ];
        assert_eq!(text(&shown, &pids), expected);
        let drawn = diagram(&shown, &pids);
        let expected = [
            "flowchart TD",
            r#"    n0["top\u{d}\u{a}└─ forged 0<br/>one_for_one<br/>restarts left: 3"]"#,
            r##"    n1["a\u{a}#quot;b#quot;\u{9}#lt;c#gt; #amp; #35;d; #96;e#96;\u{1b}[0m 1"]"##,
            "    n0 --> n1",
            r#"    n2["größe 木 2"]"#,
            "    n0 --> n2",
        ];
        assert_eq!(drawn, expected);
        sup.stop().await.unwrap();
    })
    .await;
}

/// This many supervisors below each other.
fn deep(levels: usize) -> SupervisorSpec {
    let empty = SupervisorSpec::new(Strategy::OneForOne);
    match levels.checked_sub(1) {
        None => empty,
        Some(levels) => {
            let below = move || deep(levels).start_link();
            empty.child(ChildSpec::new("below", below).child_type(ChildType::Supervisor))
        }
    }
}

// F-45
#[tokio::test(start_paused = true)]
async fn a_tree_of_a_thousand_levels_is_shown() {
    isolated(async {
        let sup = deep(1_000).start_link().await.unwrap();
        assert_eq!(Node::current().process_count(), 1_001);
        let shown = tree(&sup);
        let depths = shown.rows().iter().map(|row| row.depth);
        assert!(depths.eq(0..1_001));
        let text = shown.to_string();
        let last = text.lines().last().unwrap();
        let indented = format!("{}└─ below", "   ".repeat(999));
        assert!(last.starts_with(&indented));
        assert_eq!(shown.to_mermaid().lines().count(), 1 + 1_001 + 1_000);
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_child_that_comes_and_goes_is_shown_at_each_moment() {
    // S-24, S-46 to S-49.
    isolated(async {
        let log = Log::default();
        let sup = over([]).start_link().await.unwrap();
        let shown = || -> Vec<String> {
            let tree = tree(&sup);
            let below = tree.rows().iter().skip(1);
            below
                .map(|row| format!("{:?}", row.status.pid().is_some()))
                .collect()
        };
        let a = Plan::new("a", &log);
        assert!(shown().is_empty());
        sup.start_child(a.spec()).await.unwrap();
        assert_eq!(shown(), ["true"]);
        sup.terminate_child("a").await.unwrap();
        assert_eq!(shown(), ["false"]);
        sup.delete_child("a").await.unwrap();
        assert!(shown().is_empty());
        let temporary = a.spec().restart(Restart::Temporary);
        sup.start_child(temporary).await.unwrap();
        kill("a").await;
        children(&sup).await;
        assert!(shown().is_empty());
        sup.stop().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_is_starting_shows_who_is_still_to_come() {
    isolated(async {
        let log = Log::default();
        let plans = [
            Plan::new("a", &log),
            Plan::new("h", &log).begins([Begin::Hang]),
            Plan::new("b", &log),
        ];
        tokio::select! {
            _ = over(&plans).start() => panic!("it hangs"),
            () = wait_until(|| plans[1].starts() == 1) => {}
        }
        let pids = ["sup", "a"].map(|label| (label, pid(label)));
        let expected = [
            "sup <sup>, one_for_one, restarts left: 3",
            "├─ a <a>",
            "├─ h, not running",
            "└─ b, not running",
        ];
        assert_eq!(text(&tree(&pids[0].1), &pids), expected);
        pids[0].1.exit(ExitReason::Kill);
        for (_, pid) in pids {
            pid.exited().await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_somebody_made_its_own_descendant_is_shown_once() {
    isolated(async {
        let inner = nested("inner", || over([]));
        let sup = over([]).child(inner).start().await.unwrap();
        let inner: ChildRef<SupervisorServer> = sup.child("inner").await.unwrap();
        let top = sup.pid();
        let made = ChildSpec::new("top", move || {
            let top = top.clone();
            async { Ok(top) }
        });
        inner.start_child(made).await.unwrap();
        let tree = tree(&sup);
        let ids: Vec<_> = tree.rows().iter().map(|row| row.id.clone()).collect();
        assert_eq!(ids, [None, Some("inner".into()), Some("top".into())]);
        let inner = inner.whereis().unwrap();
        sup.exit(ExitReason::Kill);
        inner.exited().await;
    })
    .await;
}
