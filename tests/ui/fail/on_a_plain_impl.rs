//! The attribute on an impl block without a trait.

use actor_otp::prelude::*;

struct Counter;

#[actor]
impl Counter {
    #[call]
    fn get_count(&self) -> i64 {
        0
    }
}

fn main() {
    let _ = Counter.get_count();
}
