use actor_core::{Pid, StartError};

use super::{Children, Key, State};
use crate::child_spec::{AnyChildSpec, ChildSpec, Restart};

pub(crate) fn spec(id: &str, restart: Restart) -> AnyChildSpec {
    let start = || async { Err::<Pid, _>(StartError::Ignored) };
    ChildSpec::new(id, start).restart(restart).into()
}

fn list(ids: &[&str]) -> (Children<u32>, Vec<Key>) {
    let mut children = Children::new();
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
    children.set_running(keys[0], 10);
    let _ = children.set_undefined(keys[0]);
    children.set_running(keys[0], 11);
    assert_eq!(ids(&children), ["a", "b", "c"]);
}

#[test]
fn only_the_present_incarnation_is_found_by_its_pid() {
    let (mut children, keys) = list(&["a"]);
    children.set_running(keys[0], 10);
    assert_eq!(children.key_of(&10), Some(keys[0]));
    let _ = children.set_undefined(keys[0]);
    assert_eq!(children.key_of(&10), None);
    children.set_running(keys[0], 11);
    assert_eq!(
        (children.key_of(&10), children.key_of(&11)),
        (None, Some(keys[0]))
    );
    children.set_restarting(keys[0]);
    assert_eq!(children.key_of(&11), None);
}

#[test]
fn an_id_is_taken_once() {
    let (mut children, _) = list(&["a"]);
    let refused = children.append(spec("a", Restart::Temporary));
    assert_eq!(refused, Err("a".into()));
    assert_eq!(children.iter().count(), 1);
}

#[test]
fn a_temporary_child_without_a_process_is_forgotten_and_its_id_is_free() {
    let mut children = Children::new();
    let key = children
        .append(spec("t", Restart::Temporary))
        .expect("new id");
    children.set_running(key, 10);
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
