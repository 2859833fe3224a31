//! A supervised future whose value nobody takes.

use actor_otp::prelude::*;

fn main() {
    let _ = ChildSpec::task("answer", || async { 42 });
}
