//! A server of this crate alone.

use actor_otp::prelude::*;

#[derive(Debug)]
pub(crate) struct Inner<T> {
    value: T,
}

#[derive(Debug, Clone)]
pub(crate) struct Copy<T>(pub(crate) T);

#[actor(name = "inner")]
impl<T: Clone + Send + Sync + 'static> GenServer for Inner<T> {
    async fn init(value: T, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { value }.into())
    }

    #[call]
    pub(crate) fn get(&self) -> Copy<T> {
        Copy(self.value.clone())
    }

    #[cast]
    pub(super) fn set(&mut self, value: T) {
        self.value = value;
    }

    #[cast]
    pub(in crate::inner) fn reset(&mut self, value: Copy<T>) {
        self.value = value.0;
    }
}
