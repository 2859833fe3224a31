//! A server of anything, which may be neither `Send` nor owned.

use actor_otp::prelude::*;

struct Stack<T>(Vec<T>);

#[actor]
impl<T> GenServer for Stack<T> {
    async fn init(items: Vec<T>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(items).into())
    }

    #[cast]
    fn push(&mut self, item: T) {
        self.0.push(item);
    }

    #[call]
    fn len(&self) -> usize {
        self.0.len()
    }
}

fn main() {
    let _ = Stack::<i64>::child_spec(vec![]);
}
