use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Poll, Wake, Waker};
use std::thread;

use super::{About, Giver, Lost, Pending, Taker, slot};
use crate::rt::{AtomicUsize, Ordering};

/// So many rounds of two threads.
const ROUNDS: usize = if cfg!(miri) { 30 } else { 2000 };

/// What a test counts.
#[derive(Default)]
struct Counts {
    /// Slots that were freed.
    freed: AtomicUsize,
    /// Replies that were dropped.
    dropped: AtomicUsize,
    /// Callers that were woken.
    woken: AtomicUsize,
    /// Waits that were ended before anybody was woken.
    ended: AtomicUsize,
}

impl Counts {
    fn told(&self) -> [usize; 3] {
        [&self.freed, &self.dropped, &self.woken].map(|count| count.load(Ordering::SeqCst))
    }
}

/// Counts when it is gone.
struct Call(Arc<Counts>);

impl About for Call {
    fn end_wait(&self) {
        if self.0.woken.load(Ordering::SeqCst) == 0 {
            self.0.ended.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn caller(&self) -> Option<String> {
        Some("somebody".to_owned())
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.freed.fetch_add(1, Ordering::SeqCst);
    }
}

/// Counts its drop, and panics then if it is to.
struct Answer(Arc<Counts>, bool);

impl Drop for Answer {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
        assert!(!self.1, "a reply that cannot be dropped");
    }
}

/// Counts who is woken by it, and panics when it goes if it is to.
struct Caller(Arc<Counts>, bool);

impl Wake for Caller {
    fn wake(self: Arc<Self>) {
        self.0.woken.fetch_add(1, Ordering::SeqCst);
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        assert!(!self.1, "a waker that cannot be dropped");
    }
}

type Ends = (Giver<Call, Answer>, Taker<Call, Answer>, Pending);

struct Scene(Arc<Counts>);

impl Scene {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn ends(&self, caller: Option<Waker>) -> Ends {
        slot(Call(Arc::clone(&self.0)), caller)
    }

    fn answer(&self) -> Answer {
        Answer(Arc::clone(&self.0), false)
    }

    fn caller(&self) -> Arc<Caller> {
        Arc::new(Caller(Arc::clone(&self.0), false))
    }

    fn waker(&self) -> Waker {
        Waker::from(self.caller())
    }

    #[track_caller]
    fn told(&self, freed: usize, dropped: usize, woken: usize) {
        assert_eq!(
            self.0.told(),
            [freed, dropped, woken],
            "freed, dropped, woken"
        );
    }
}

#[test]
fn a_reply_wakes_its_caller_once_and_is_taken_once() {
    let scene = Scene::new();
    let (giver, mut taker, pending) = scene.ends(Some(scene.waker()));
    assert!(giver.is_open() && taker.is_open() && pending.is_open() && !pending.is_answered());
    giver.give(scene.answer());
    scene.told(0, 0, 1);
    assert_eq!(scene.0.ended.load(Ordering::SeqCst), 1);
    assert!(!taker.is_open() && pending.is_answered());
    drop(taker.take().expect("it was given"));
    assert!(matches!(taker.take(), Err(Lost::Handle)));
    pending.lose();
    drop((taker, pending));
    scene.told(1, 1, 1);
}

#[test]
fn a_reply_that_is_not_taken_is_dropped_with_the_callers_end() {
    let scene = Scene::new();
    let (giver, taker, pending) = scene.ends(None);
    giver.give(scene.answer());
    drop(taker);
    scene.told(0, 1, 0);
    assert!(pending.is_answered());
    drop(pending);
    scene.told(1, 1, 0);
}

#[test]
fn a_reply_that_comes_too_late_is_dropped_at_once() {
    let scene = Scene::new();
    let (giver, taker, pending) = scene.ends(Some(scene.waker()));
    drop(taker);
    assert!(!giver.is_open());
    giver.give(scene.answer());
    scene.told(0, 1, 0);
    assert!(!pending.is_answered());

    let (giver, mut taker, lost) = scene.ends(None);
    lost.lose();
    giver.give(scene.answer());
    scene.told(0, 2, 0);
    assert!(matches!(taker.take(), Err(Lost::Handle)));
}

#[test]
fn the_first_to_settle_decides() {
    let scene = Scene::new();
    let (_giver, mut taker, pending) = scene.ends(Some(scene.waker()));
    pending.displace();
    pending.lose();
    scene.told(0, 0, 1);
    assert!(matches!(taker.take(), Err(Lost::Displaced)));
    assert!(!pending.is_answered());
    assert_eq!(pending.caller().as_deref(), Some("somebody"));
}

#[test]
fn the_last_of_the_three_frees_the_slot_in_whatever_order_they_go() {
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let scene = Scene::new();
        let (giver, taker, pending) = scene.ends(Some(scene.waker()));
        let (mut giver, mut taker, mut pending) = (Some(giver), Some(taker), Some(pending));
        for (gone, which) in order.into_iter().enumerate() {
            scene.told(0, 0, 0);
            assert!(gone < 3);
            match which {
                0 => drop(giver.take()),
                1 => drop(taker.take()),
                _ => drop(pending.take()),
            }
        }
        scene.told(1, 0, 0);
    }
}

#[test]
fn copies_of_what_the_process_knows_are_counted() {
    let scene = Scene::new();
    let (giver, taker, pending) = scene.ends(None);
    let copies = [pending.clone(), giver.into_pending(), pending];
    drop(taker);
    scene.told(0, 0, 0);
    drop(copies);
    scene.told(1, 0, 0);
}

#[test]
fn a_caller_waits_with_the_waker_it_came_with_last() {
    let scene = Scene::new();
    let (giver, mut taker, _pending) = scene.ends(None);
    let [first, second] = [scene.caller(), scene.caller()];
    let waker = Waker::from(Arc::clone(&first));
    assert!(taker.wait(&waker).is_pending());
    assert!(taker.wait(&waker).is_pending());
    drop(waker);
    assert_eq!(Arc::strong_count(&first), 2, "it was kept once");
    assert!(taker.wait(&Waker::from(Arc::clone(&second))).is_pending());
    assert_eq!(
        [&first, &second].map(Arc::strong_count),
        [1, 2],
        "the first is gone"
    );
    giver.give(scene.answer());
    assert_eq!(Arc::strong_count(&second), 1, "it was woken by value");
    scene.told(0, 0, 1);
    assert!(taker.wait(&scene.waker()).is_ready());
}

#[test]
fn a_waker_goes_with_its_caller() {
    let scene = Scene::new();
    let caller = scene.caller();
    let (giver, taker, _pending) = scene.ends(Some(Waker::from(Arc::clone(&caller))));
    drop(taker);
    assert_eq!(Arc::strong_count(&caller), 1);
    assert!(!giver.is_open());
}

/// Runs what is to panic.
fn panics(code: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(code)).is_err());
}

#[test]
fn a_reply_whose_drop_panics_is_dropped_once_and_frees_the_slot() {
    let scene = Scene::new();
    let bad = || Answer(Arc::clone(&scene.0), true);
    let (giver, taker, pending) = scene.ends(None);
    giver.give(bad());
    drop(pending);
    panics(|| drop(taker)); // nobody has read it
    scene.told(1, 1, 0);

    let (giver, taker, pending) = scene.ends(None);
    drop((taker, pending));
    panics(|| giver.give(bad())); // it comes too late
    scene.told(2, 2, 0);
}

#[test]
fn a_waker_whose_drop_panics_leaves_the_slot_as_it_is_to_be() {
    let scene = Scene::new();
    let bad = || Waker::from(Arc::new(Caller(Arc::clone(&scene.0), true)));
    let (giver, taker, pending) = scene.ends(Some(bad()));
    panics(|| drop(taker)); // the caller gives up
    assert!(!giver.is_open());
    drop((giver, pending));
    scene.told(1, 0, 0);

    let (giver, mut taker, pending) = scene.ends(Some(bad()));
    let other = scene.waker();
    panics(|| assert!(taker.wait(&other).is_pending())); // the former goes, and the other one is there
    drop(other);
    giver.give(scene.answer());
    scene.told(1, 0, 1);
    drop((taker, pending));
    scene.told(2, 1, 1);
}

#[test]
fn a_waker_that_panics_when_it_wakes_is_not_the_givers_fault() {
    struct Bad;
    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("a waker that does not wake");
        }
    }
    let scene = Scene::new();
    let (giver, mut taker, _pending) = scene.ends(Some(Waker::from(Arc::new(Bad))));
    giver.give(scene.answer());
    assert!(taker.take().is_ok());
}

#[test]
fn a_reply_that_races_its_caller_is_dropped_once() {
    let scene = Scene::new();
    let mut taken = 0;
    for round in 0..ROUNDS {
        let (giver, mut taker, pending) = scene.ends(Some(scene.waker()));
        let answer = scene.answer();
        let gives = thread::spawn(move || giver.give(answer));
        let loses = thread::spawn(move || match round % 3 {
            0 => pending.lose(),
            _ => drop(pending),
        });
        if round % 2 == 0 {
            let waits = taker.wait(&scene.waker());
            assert!(waits.is_pending() || !taker.is_open());
            taken += usize::from(taker.take().is_ok());
        }
        drop(taker);
        assert!(gives.join().is_ok() && loses.join().is_ok());
    }
    let [freed, dropped, woken] = scene.0.told();
    assert_eq!([freed, dropped], [ROUNDS; 2]);
    assert!(taken <= ROUNDS && woken <= ROUNDS);
}

#[test]
fn what_is_ready_needs_no_waker() {
    let scene = Scene::new();
    let (_giver, mut taker, pending) = scene.ends(None);
    pending.lose();
    let caller = scene.caller();
    let waker = Waker::from(Arc::clone(&caller));
    assert_eq!(taker.wait(&waker), Poll::Ready(()));
    assert_eq!(Arc::strong_count(&caller), 2);
}
