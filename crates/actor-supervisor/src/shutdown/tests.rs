use std::time::Duration;

use actor_core::ExitReason;

use super::is_clean;
use crate::child_policy::Restart::{Permanent, Temporary, Transient};
use crate::child_policy::Shutdown;
use crate::children::Keeps;

#[test]
fn what_a_stopped_child_may_end_with() {
    let after = Shutdown::After(Duration::from_secs(5));
    let brutal = Shutdown::BrutalKill;
    let later = || ExitReason::shutdown_with("later");
    let boom = || ExitReason::error("boom");
    for (shutdown, reason, permanent, other) in [
        // S-17
        (brutal, ExitReason::Killed, true, true),
        (after, ExitReason::Killed, false, false),
        (Shutdown::Infinity, ExitReason::Killed, false, false),
        (brutal, ExitReason::Shutdown, false, true),
        (after, ExitReason::Shutdown, true, true),
        (Shutdown::Infinity, ExitReason::Shutdown, true, true),
        (after, ExitReason::Normal, false, true),
        (after, later(), false, true),
        (after, boom(), false, false),
        (brutal, boom(), false, false),
    ] {
        for (restart, clean) in [
            (Permanent, permanent),
            (Transient, other),
            (Temporary, other),
        ] {
            let found = is_clean(Keeps::Specs, restart, shutdown, &reason);
            assert_eq!(found, clean, "{restart:?} {shutdown:?} {reason}");
            // D-14: a dynamic supervisor differs in one line.
            let later = shutdown != brutal && matches!(reason, ExitReason::ShutdownWith(_));
            let found = is_clean(Keeps::Processes, restart, shutdown, &reason);
            assert_eq!(found, clean || later, "{restart:?} {shutdown:?} {reason}");
        }
    }
}
