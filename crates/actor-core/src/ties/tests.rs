use std::task::Waker;

use super::by_id::KEPT;
use super::{ById, Severed, Tied, Ties};
use crate::slot::{About, slot};

/// A call of which nothing is known.
struct Call;

impl About for Call {
    fn end_wait(&self) {}

    fn caller(&self) -> Option<String> {
        None
    }
}

#[test]
fn late_replies_are_kept_while_their_callers_wait_and_no_longer() {
    let mut tied = Tied::default();
    let mut callers = Vec::new();
    for n in 0..10_000 {
        let (_giver, taker, pending) = slot::<_, ()>(Call, None);
        tied.delay(pending);
        callers.extend((n % 1000 == 0).then_some(taker));
    }
    let open = tied.delayed.iter().filter(|call| call.is_open()).count();
    assert_eq!(open, 10);
    assert!(tied.delayed.len() < 100, "{} are kept", tied.delayed.len());
}

#[test]
fn who_waits_no_more_is_forgotten() {
    let mut ties = Ties::default();
    let mut key = None;
    for _ in 0..2 {
        let entered = ties.wait(&mut key, Waker::noop().clone());
        assert!(entered.is_ok());
    }
    let waiters = ties.waiters().expect("somebody waits");
    assert_eq!(waiters.len(), 1, "renewed, not entered twice");
    waiters.remove(key.expect("entered"));
    assert_eq!(waiters.len(), 0);
}

#[test]
fn waiters_are_told_last_and_links_never_after_the_cut() {
    let mut ties = Ties::default();
    let mut key = None;
    let _ = ties.wait(&mut key, Waker::noop().clone());
    assert!(ties.tied().is_some(), "a link comes after a waiter");
    assert!(matches!(ties.cut(), Severed::Ties(_)));
    assert!(ties.tied().is_none(), "no link, no monitor");
    let mut late = None;
    assert!(
        ties.wait(&mut late, Waker::noop().clone()).is_ok(),
        "not all are told"
    );
    let waiters = ties.all_told().expect("two wait");
    assert_eq!(waiters.len(), 2);
    let told = ties.wait(&mut None, Waker::noop().clone());
    assert!(told.is_err());
}

#[test]
fn a_process_that_is_only_waited_for_has_nothing_to_cut_but_its_waiters() {
    let mut ties = Ties::default();
    let mut keys = [None; 3];
    for key in &mut keys {
        assert!(ties.wait(key, Waker::noop().clone()).is_ok());
    }
    let [first, second, _] = keys.map(|key| key.expect("entered"));
    let waiters = ties.waiters().expect("three wait");
    assert!(waiters.remove(first).is_some());
    assert!(waiters.remove(first).is_none(), "once");
    let mut renewed = Some(second);
    assert!(matches!(
        ties.wait(&mut renewed, Waker::noop().clone()),
        Ok(Some(_))
    ));
    let Severed::Waiters(waiters) = ties.cut() else {
        panic!("no link, no monitor");
    };
    assert_eq!(waiters.len(), 2);
    let told = ties.wait(&mut None, Waker::noop().clone());
    assert!(told.is_err(), "nobody else is to be told");
    assert!(ties.all_told().is_none(), "told once");
}

#[test]
fn a_table_gives_its_room_back_step_by_step() {
    // F-58
    let mut table = ById::default();
    for key in 0..100_000 {
        assert_eq!(table.enter(key, ()), None);
    }
    for key in 0..100_000 {
        assert_eq!(table.remove(key), Some(()));
        assert_eq!(table.remove(key), None);
        let left = table.len().max(KEPT);
        assert!(
            table.capacity() <= 8 * left,
            "{} for {left}",
            table.capacity()
        );
    }
}

#[test]
fn the_entry_in_place_is_one_among_the_others() {
    let entered = |keys: &[u64]| {
        let mut table = ById::default();
        for key in keys {
            assert_eq!(table.enter(*key, *key), None);
            assert_eq!(table.enter(*key, 0), Some(0), "the first stays");
        }
        table
    };
    for keys in [&[][..], &[7], &[7, 3], &[3, 9, 5]] {
        let mut table = entered(keys);
        assert_eq!(table.len(), keys.len());
        assert_eq!(table.values().count(), keys.len());
        for key in keys {
            assert_eq!(table.get(*key), Some(key));
            assert_eq!(table.get_mut(*key), Some(&mut key.clone()));
        }
        let sorted: Vec<_> = entered(keys).into_sorted().map(|(key, _)| key).collect();
        assert!(sorted.is_sorted() && sorted.len() == keys.len());
        if let Some(first) = keys.first() {
            assert_eq!(table.remove(*first), Some(*first));
            assert_eq!(table.enter(*first, 1), None);
            assert_eq!(table.get(*first), Some(&1), "also beside others");
            assert_eq!(table.len(), keys.len());
        }
    }
}
