//! A supervisor that does not say what it starts.

use actor_otp::prelude::*;

struct MyApp;

#[actor]
impl Supervisor for MyApp {}

fn main() {
    let _ = MyApp::child_spec(());
}
