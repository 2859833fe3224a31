use super::Answer::{Displace, Refuse, Wait};
use super::Manner::{Patient, Posted, Tried};
use super::Overflow;
use crate::undelivered::Undelivered::{Dropped, Full};

#[test]
fn who_can_wait_waits_only_where_that_is_the_policy_and_only_the_oldest_makes_room() {
    // X-12, G-28
    for (overflow, posted, tried, patient) in [
        (Overflow::Wait, Refuse(Full), Refuse(Full), Wait),
        (Overflow::Fail, Refuse(Full), Refuse(Full), Refuse(Full)),
        (
            Overflow::DropNewest,
            Refuse(Dropped),
            Refuse(Full),
            Refuse(Full),
        ),
        (Overflow::DropOldest, Displace, Displace, Displace),
    ] {
        for (manner, expected) in [(Posted, posted), (Tried, tried), (Patient, patient)] {
            let answer = overflow.answer(manner);
            assert_eq!(answer, expected, "{overflow:?}, {manner:?}");
        }
    }
}
