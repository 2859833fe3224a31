use std::mem::offset_of;

use super::{Cell, Nothing, nobody};

#[test]
fn a_wait_that_ends_late_ends_no_other_wait() {
    let pid = nobody();
    let cell = pid.cell();
    let first = cell.begin_wait(7).expect("it waits for nobody");
    assert_eq!((cell.waits_for(), cell.begin_wait(8)), (Some(7), None));
    cell.end_wait(first);
    assert_eq!(cell.waits_for(), None);
    let second = cell.begin_wait(7).expect("it waits for nobody any more");
    cell.end_wait(first);
    assert_eq!(cell.waits_for(), Some(7));
    cell.end_wait(second);
    assert_eq!(cell.waits_for(), None);
}

const CACHE_LINE: usize = 64;

#[test]
fn what_the_process_writes_at_each_message_shares_no_cache_line_with_what_callers_and_names_ask_for()
 {
    type Any = Cell<Nothing>;
    let written = offset_of!(Any, handled) + size_of::<u64>();
    for asked in [
        offset_of!(Any, waits_for),
        offset_of!(Any, waypoint),
        offset_of!(Any, outlives_children),
        offset_of!(Any, named),
        offset_of!(Any, id),
        offset_of!(Any, node),
    ] {
        assert!(asked >= written + CACHE_LINE);
    }
}
