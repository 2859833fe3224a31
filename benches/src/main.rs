//! Measures actor-otp beside others; see `program.rs` for what it can be told.

fn main() -> anyhow::Result<()> {
    actor_benches::run(None)
}
