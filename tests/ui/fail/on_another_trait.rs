//! The attribute on a trait that it does not know.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl Default for Counter {
    fn default() -> Self {
        Self
    }

    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {
    let _ = Counter::default().get_count();
}
