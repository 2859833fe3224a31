use std::collections::HashMap;

use actor_otp::prelude::*;

#[derive(Default)]
pub struct KvStore {
    entries: HashMap<String, String>,
}

#[actor]
impl GenServer for KvStore {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(KvStore::default().into())
    }

    #[call]
    fn get(&self, key: String) -> Option<String> {
        self.entries.get(&key).cloned()
    }

    #[call]
    fn len(&self) -> usize {
        self.entries.len()
    }

    #[cast]
    fn put(&mut self, key: String, value: String) {
        self.entries.insert(key, value);
    }

    #[cast]
    fn clear(&mut self) {
        self.entries.clear();
    }
}
