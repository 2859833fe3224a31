//! A guard that is held while a method and a callback wait.

use std::future::ready;
use std::sync::{Arc, Mutex};

use actor_otp::prelude::*;

struct Counter {
    count: Arc<Mutex<i64>>,
}

#[actor]
impl GenServer for Counter {
    async fn init(count: Arc<Mutex<i64>>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Counter { count }.into())
    }

    #[cast]
    async fn increment(&mut self, by: i64) {
        let mut count = self.count.lock().expect("no panic holds it");
        *count += ready(by).await;
    }

    async fn handle_info(&mut self, _info: Info<()>, _cx: &mut Context<Self>) -> NextResult<Self> {
        let mut count = self.count.lock().expect("no panic holds it");
        *count += ready(1).await;
        Ok(Next::NoReply)
    }
}

fn main() {}
