use std::time::Duration;

use super::Fields;
use crate::auto_shutdown::AutoShutdown::{self, AllSignificant, AnySignificant, Never};
use crate::child_id::ChildId;
use crate::child_policy::ChildType::{Supervisor, Worker};
use crate::child_policy::Restart::{self, Permanent, Temporary, Transient};
use crate::child_policy::Shutdown;
use crate::spec_error::SpecError;

fn fields() -> Fields {
    Fields::new(ChildId::from("a"))
}

#[test]
fn the_time_to_stop_depends_on_the_type_unless_it_is_set() {
    let limit = |set, child_type| {
        let fields = Fields {
            shutdown: set,
            child_type,
            ..fields()
        };
        fields.shutdown()
    };
    let five = Shutdown::After(Duration::from_secs(5));
    assert_eq!(limit(None, Worker), five); // S-1
    assert_eq!(limit(None, Supervisor), Shutdown::Infinity);
    assert_eq!(
        limit(Some(Shutdown::BrutalKill), Supervisor),
        Shutdown::BrutalKill
    );
    assert_eq!(limit(Some(Shutdown::Infinity), Worker), Shutdown::Infinity);
}

#[test]
fn a_significant_child_needs_an_end_and_a_supervisor_that_cares() {
    let id = || ChildId::from("a");
    let permanent = || Err(SpecError::SignificantPermanent(id()));
    let never = || Err(SpecError::SignificantNever(id()));
    let dynamic = || Err(SpecError::SignificantDynamic(id()));
    let cases: [(Restart, Option<AutoShutdown>, Result<(), SpecError>); 12] = [
        // S-59
        (Permanent, Some(Never), permanent()),
        (Permanent, Some(AnySignificant), permanent()),
        (Permanent, Some(AllSignificant), permanent()),
        (Permanent, None, permanent()),
        (Transient, Some(Never), never()),
        (Transient, Some(AnySignificant), Ok(())),
        (Transient, Some(AllSignificant), Ok(())),
        (Transient, None, dynamic()), // D-1
        (Temporary, Some(Never), never()),
        (Temporary, Some(AnySignificant), Ok(())),
        (Temporary, Some(AllSignificant), Ok(())),
        (Temporary, None, dynamic()),
    ];
    for (restart, auto_shutdown, expected) in cases {
        let mut fields = Fields {
            restart,
            ..fields()
        };
        assert_eq!(fields.check(auto_shutdown), Ok(()), "not significant");
        fields.significant = true;
        assert_eq!(
            fields.check(auto_shutdown),
            expected,
            "{restart:?} {auto_shutdown:?}"
        );
    }
}

#[test]
fn what_starts_once_is_temporary() {
    for (restart, fine) in [(Permanent, false), (Transient, false), (Temporary, true)] {
        let fields = Fields {
            restart,
            once: true,
            ..fields()
        };
        let refused = SpecError::OnceRestarted {
            id: ChildId::from("a"),
            restart,
        };
        let expected = if fine { Ok(()) } else { Err(refused) };
        assert_eq!(fields.check(Some(Never)), expected);
    }
}
