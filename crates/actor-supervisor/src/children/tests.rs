use std::time::Duration;

use actor_core::{Pid, StartError};

use super::{Children, Keeps, Key, State};
use crate::child_policy::Restart;
use crate::child_spec::{AnyChildSpec, ChildSpec};

pub(crate) fn spec(id: &str, restart: Restart) -> AnyChildSpec {
    let start = || async { Err::<Pid, _>(StartError::Ignored) };
    ChildSpec::new(id, start).restart(restart).into()
}

fn list(ids: &[&str]) -> (Children<u32>, Vec<Key>) {
    let mut children = Children::new(Keeps::Specs);
    let append = |id: &&str| {
        children
            .append(spec(id, Restart::Permanent))
            .expect("new id")
    };
    let keys = ids.iter().map(append).collect();
    (children, keys)
}

fn ids(children: &Children<u32>) -> Vec<String> {
    let id = |(_, child): (Key, &super::Child<u32>)| child.spec.fields.id.to_string();
    children.iter().map(id).collect()
}

#[test]
fn children_stand_in_start_order_and_a_restarted_one_keeps_its_place() {
    let (mut children, keys) = list(&["a", "b", "c"]);
    let _ = children.set_running(keys[0], 10, Duration::ZERO);
    let _ = children.set_undefined(keys[0]);
    let _ = children.set_running(keys[0], 11, Duration::ZERO);
    assert_eq!(ids(&children), ["a", "b", "c"]);
}

#[test]
fn only_the_present_incarnation_is_found_by_its_pid() {
    let (mut children, keys) = list(&["a"]);
    let _ = children.set_running(keys[0], 10, Duration::ZERO);
    assert_eq!(children.running_as(&10), Some(keys[0]));
    let _ = children.set_undefined(keys[0]);
    assert_eq!(children.running_as(&10), None);
    let _ = children.set_running(keys[0], 11, Duration::ZERO);
    assert_eq!(
        (children.running_as(&10), children.running_as(&11)),
        (None, Some(keys[0]))
    );
    let _ = children.set_restarting(keys[0], Duration::ZERO);
    assert_eq!(children.running_as(&11), None);
}

#[test]
fn an_id_is_taken_once() {
    let (mut children, keys) = list(&["a"]);
    let refused = children.append(spec("a", Restart::Temporary));
    assert_eq!(refused, Err("a".into()));
    assert_eq!(
        children.remove(keys[0]).spec.map(|spec| spec.fields.id),
        Some("a".into())
    );
    assert!(children.append(spec("a", Restart::Temporary)).is_ok());
    assert_eq!(children.iter().count(), 1);
}

#[test]
fn a_temporary_child_without_a_process_is_forgotten_and_its_id_is_free() {
    let mut children = Children::new(Keeps::Specs);
    let key = children
        .append(spec("t", Restart::Temporary))
        .expect("new id");
    let _ = children.set_running(key, 10, Duration::ZERO);
    let _ = children.set_undefined(key);
    assert_eq!(children.iter().count(), 0);
    let again = children
        .append(spec("t", Restart::Temporary))
        .expect("the id is free");
    assert!(again > key, "a key is never used again");
}

#[test]
fn restarts_are_counted_per_child() {
    let (mut children, keys) = list(&["a", "b"]);
    children.count_restart(keys[1]);
    children.count_restart(keys[1]);
    let counts: Vec<_> = children.iter().map(|(_, child)| child.restarts).collect();
    assert_eq!(counts, [0, 2]);
    assert_eq!(
        children.get(keys[0]).map(|c| &c.state),
        Some(&State::Undefined)
    );
}

#[test]
fn a_list_of_processes_looks_at_no_id_and_keeps_nothing_that_does_not_run() {
    // D-3, D-8.
    let mut children = Children::new(Keeps::Processes);
    for pid in [10, 11] {
        let key = children
            .append(spec("same", Restart::Permanent))
            .expect("ids are free");
        let _ = children.set_running(key, pid, Duration::ZERO);
    }
    assert_eq!(children.len(), 2);
    assert_eq!(children.named(&"same".into()), None);
    let key = children.running_as(&10).expect("it runs");
    assert!(children.set_undefined(key).spec.is_some());
    assert_eq!((children.len(), children.known_as(&10)), (1, None));
}

#[test]
fn a_process_that_waits_for_its_restart_is_known_by_its_former_pid() {
    // D-10, and S-25: its end is no news any more.
    let mut children = Children::new(Keeps::Processes);
    let key = children.append(spec("a", Restart::Permanent)).expect("new");
    let _ = children.set_running(key, 10, Duration::ZERO);
    let _ = children.set_vacant(key);
    for _ in 0..2 {
        let _ = children.set_restarting(key, Duration::ZERO);
        assert_eq!(
            (children.known_as(&10), children.running_as(&10)),
            (Some(key), None)
        );
    }
    let _ = children.set_running(key, 11, Duration::ZERO);
    assert_eq!(
        (children.known_as(&10), children.running_as(&11)),
        (None, Some(key))
    );
}

#[test]
fn each_wait_for_a_restart_has_a_ticket_of_its_own() {
    let (mut children, keys) = list(&["a"]);
    let mut ticket = || children.set_restarting(keys[0], Duration::ZERO).0;
    assert_ne!(ticket(), ticket());
}

#[test]
fn the_start_function_of_a_temporary_child_that_runs_is_given_back() {
    // S-67.
    for (restart, kept) in [
        (Restart::Permanent, true),
        (Restart::Transient, true),
        (Restart::Temporary, false),
    ] {
        let mut children = Children::new(Keeps::Specs);
        let key = children.append(spec("a", restart)).expect("new id");
        let spent = children.set_running(key, 10, Duration::ZERO);
        assert_eq!(spent.start.is_none(), kept, "{restart:?}");
        let start = children.get(key).map(|child| child.spec.start.is_some());
        assert_eq!(start, Some(kept), "{restart:?}");
    }
}

#[test]
fn significant_children_count_while_they_run_or_wait_for_a_restart() {
    // S-61.
    let mut children = Children::new(Keeps::Specs);
    let mut keys = Vec::new();
    for id in ["a", "b", "c"] {
        let mut spec = spec(id, Restart::Transient);
        spec.fields.significant = id != "c";
        keys.push(children.append(spec).expect("new id"));
    }
    let others = |children: &Children<u32>| {
        keys.iter()
            .map(|key| children.other_significant(*key))
            .collect::<Vec<_>>()
    };
    assert_eq!(others(&children), [0, 0, 0]);
    for (key, pid) in keys.iter().zip([10, 11, 12]) {
        let _ = children.set_running(*key, pid, Duration::ZERO);
    }
    assert_eq!(others(&children), [1, 1, 2]);
    let _ = children.set_restarting(keys[0], Duration::ZERO);
    assert_eq!(others(&children), [1, 1, 2]);
    let _ = children.set_undefined(keys[0]);
    assert_eq!(others(&children), [1, 0, 1]);
}

#[test]
fn a_spec_is_replaced_and_the_process_stays() {
    // S-69, S-67.
    let (mut children, keys) = list(&["a", "b"]);
    let _ = children.set_running(keys[0], 10, Duration::ZERO);
    let (key, spent) = children.replace(spec("a", Restart::Temporary));
    assert_eq!((key, children.running_as(&10)), (keys[0], Some(keys[0])));
    let spent = spent.expect("what was replaced");
    assert!(spent.spec.is_some_and(|spec| spec.start.is_some()));
    assert!(
        spent.start.is_some(),
        "of the new spec, which is not needed"
    );
    let (key, spent) = children.replace(spec("b", Restart::Temporary));
    assert_eq!(key, keys[1]);
    assert!(spent.is_some_and(|spent| spent.start.is_none()));
    let (_, spent) = children.replace(spec("c", Restart::Temporary));
    assert!(spent.is_none());
    assert_eq!(ids(&children), ["a", "b", "c"]);
    let can_start = |(_, child): (Key, &super::Child<u32>)| child.spec.can_start();
    let can_start: Vec<_> = children.iter().map(can_start).collect();
    assert_eq!(can_start, [false, true, true]);
}
