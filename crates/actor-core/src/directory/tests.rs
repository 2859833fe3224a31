use std::task::Waker;

use super::{Directory, NameText};

const NAME: NameText = NameText::Static("name");

#[test]
fn a_name_has_one_holder_and_only_the_holder_frees_it() {
    // F-56: also one that comes late, when another has the name
    let names = Directory::new();
    assert_eq!(names.claim(&NAME, 1), Ok(()));
    assert_eq!(names.claim(&NAME, 2), Err(1)); // N-1
    names.release(&NAME, |holder| *holder == 2);
    assert_eq!(names.lookup("name"), Some(1));
    names.release(&NAME, |holder| *holder == 1);
    assert_eq!(names.claim(&NAME, 2), Ok(()));
    names.release(&NAME, |holder| *holder == 1);
    assert_eq!(names.lookup("name"), Some(2));
}

#[test]
fn waiting_for_a_name_leaves_nothing_behind() {
    let names = Directory::<u32>::new();
    let (mut first, mut second) = (None, None);
    names.watch(&NAME, &mut first, Waker::noop());
    names.watch(&NAME, &mut first, Waker::noop());
    names.watch(&NAME, &mut second, Waker::noop());
    assert_eq!(names.names(), Vec::<String>::new());
    for key in [first, second] {
        names.unwatch(&NAME, key.expect("entered"));
    }
    assert_eq!(names.slots.len(), 0);
}
