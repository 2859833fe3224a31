//! Links: both ways, once per pair, fired once.

use actor_core::testing::{isolated, on_every_runtime};
use actor_core::{ActorRef, Address, ExitReason, Start};

use crate::probe::{Ask, Probe, Tell, entries, log, seen};

async fn probe(traps: bool) -> ActorRef<Probe> {
    let probe = Probe::start(log()).await.expect("starts");
    probe
        .call(|reply| Ask::Trap { traps, reply })
        .await
        .expect("replies");
    probe
}

async fn link(a: &ActorRef<Probe>, b: &ActorRef<Probe>) -> bool {
    a.call(|reply| Ask::Link { to: b.pid(), reply })
        .await
        .expect("replies")
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_trap_dies_with_the_same_reason() {
    // P-6, P-9, P-13
    isolated(async {
        for end in [Tell::Fail, Tell::Panic, Tell::Stop] {
            let (a, b) = (probe(false).await, probe(false).await);
            assert!(link(&a, &b).await);
            b.cast(end);
            assert_eq!(a.exited().await, b.exited().await);
        }
        let (a, b) = (probe(false).await, probe(false).await);
        link(&a, &b).await;
        b.exit(ExitReason::Kill);
        assert_eq!(a.exited().await, ExitReason::Killed, "the peer sees killed");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_normal_end_leaves_a_peer_alone_unless_it_traps() {
    // P-6, P-7, G-45
    isolated(async {
        let (deaf, trapping, ends) = (probe(false).await, probe(true).await, probe(false).await);
        link(&deaf, &ends).await;
        link(&trapping, &ends).await;
        ends.stop().await.expect("stops");
        assert_eq!(seen(&deaf).await, Vec::<String>::new());
        assert_eq!(seen(&trapping).await, ["exit: normal"]);
        deaf.stop().await.expect("stops");
        trapping.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_link_is_once_per_pair_and_fires_once() {
    // P-13, P-17
    isolated(async {
        let (a, b) = (probe(true).await, probe(true).await);
        link(&a, &b).await;
        link(&a, &b).await;
        link(&b, &a).await;
        assert!(link(&a, &a).await, "a link to oneself does nothing");
        b.cast(Tell::Fail);
        b.exited().await;
        assert_eq!(seen(&a).await, ["exit: error: asked to fail"]);
        a.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn after_an_unlink_nothing_arrives() {
    // P-13, P-16
    isolated(async {
        let (a, b) = (probe(true).await, probe(true).await);
        link(&a, &b).await;
        link(&b, &a).await;
        a.call(|reply| Ask::Unlink {
            from: b.pid(),
            reply,
        })
        .await
        .expect("replies");
        b.exit(ExitReason::Kill);
        b.exited().await;
        assert_eq!(seen(&a).await, Vec::<String>::new());
        a.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn linking_to_the_dead_is_an_error_or_a_message() {
    // P-15
    isolated(async {
        let dead = probe(false).await;
        dead.stop().await.expect("stops");
        let (deaf, trapping) = (probe(false).await, probe(true).await);
        assert!(!link(&deaf, &dead).await);
        assert!(link(&trapping, &dead).await);
        assert_eq!(seen(&trapping).await, ["exit: no such process"]);
        deaf.stop().await.expect("stops");
        trapping.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_message_sent_before_the_death_arrives_before_its_exit() {
    // P-2
    isolated(async {
        let log = log();
        let a = Probe::start(log.clone()).await.expect("starts");
        a.call(|reply| Ask::Trap { traps: true, reply })
            .await
            .expect("replies");
        let b = probe(false).await;
        link(&a, &b).await;
        let to = a.clone();
        b.cast(Tell::OnTerminate(Box::new(move || {
            to.send("last words".into())
        })));
        b.stop().await.expect("stops");
        a.stop().await.expect("stops");
        let expected = [
            "message last words",
            "exit: normal",
            "terminate: normal",
            "dropped",
        ];
        assert_eq!(entries(&log), expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn exit_by_a_process_names_its_sender_and_exit_to_oneself_is_its_own() {
    // P-5, P-10: `exit(self, normal)` ends one that does not trap
    isolated(async {
        let (a, b) = (probe(false).await, probe(true).await);
        let reason = ExitReason::Shutdown;
        let target = b.pid();
        a.call(|reply| Ask::Exit {
            target,
            reason,
            reply,
        })
        .await
        .expect("replies");
        assert_eq!(seen(&b).await, ["exit: shutdown"]);
        let target = a.pid();
        let reason = ExitReason::Normal;
        let call = a
            .call(|reply| Ask::Exit {
                target,
                reason,
                reply,
            })
            .await;
        assert_eq!(a.exited().await, ExitReason::Normal);
        drop(call); // the reply may have gone out before
        b.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_ring_of_ten_thousand_dies_without_recursion() {
    // F-54, P-17
    isolated(async {
        let mut ring = Vec::new();
        for _ in 0..10_000 {
            ring.push(Probe::start(log()).await.expect("starts"));
        }
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            assert!(link(a, b).await);
        }
        ring[0].exit(ExitReason::Kill);
        for probe in &ring {
            assert_eq!(probe.exited().await, ExitReason::Killed);
        }
    })
    .await;
}

on_every_runtime! {
    async fn two_linked_processes_killed_at_once_both_die() {
        // F-54, X-17: no lock-order deadlock
        isolated(async {
            for _ in 0..2000 {
                let (a, b) = (probe(false).await, probe(false).await);
                link(&a, &b).await;
                let (kill_a, kill_b) = (a.clone(), b.clone());
                let first = std::thread::spawn(move || kill_a.exit(ExitReason::Kill));
                kill_b.exit(ExitReason::Kill);
                first.join().expect("no panic");
                assert_eq!(a.exited().await, ExitReason::Killed);
                assert_eq!(b.exited().await, ExitReason::Killed);
            }
        })
        .await;
    }
}

on_every_runtime! {
    async fn when_a_wait_for_a_death_returns_its_exits_and_downs_lie_in_the_inboxes() {
        // P-4, P-24: so a supervisor that is asked next has heard of it
        isolated(async {
            let watcher = probe(true).await;
            for round in 1..=3000 {
                let target = probe(false).await;
                link(&watcher, &target).await;
                let kill = target.clone();
                let killer = std::thread::spawn(move || kill.exit(ExitReason::Kill));
                target.exited().await;
                assert_eq!(seen(&watcher).await.len(), round);
                killer.join().expect("no panic");
            }
            watcher.stop().await.expect("stops");
        })
        .await;
    }
}
