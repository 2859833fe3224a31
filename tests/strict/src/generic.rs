//! A server with parameters.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

use actor_otp::prelude::*;

/// A cache of at most `N` values.
#[derive(Debug)]
pub struct Cache<K, V, const N: usize> {
    entries: HashMap<K, V>,
}

#[actor(restart = "temporary")]
impl<K: Hash + Eq, V, const N: usize> GenServer for Cache<K, V, N>
where
    K: fmt::Debug + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    async fn init(entries: HashMap<K, V>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { entries }.into())
    }

    /// Returns a value.
    #[call]
    pub fn get(&self, key: K) -> Option<V> {
        self.entries.get(&key).cloned()
    }

    /// Returns how many values there can be.
    #[call]
    pub async fn size(&self) -> usize {
        std::future::ready(N).await
    }

    /// Keeps a value.
    #[cast]
    pub fn put(&mut self, key: K, value: V) {
        if self.entries.len() < N {
            let _ = self.entries.insert(key, value);
        }
    }

    /// Forgets all.
    #[cast]
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}
