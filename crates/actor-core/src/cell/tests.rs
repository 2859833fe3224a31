use std::mem::offset_of;

use super::{Cell, Nothing};

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
