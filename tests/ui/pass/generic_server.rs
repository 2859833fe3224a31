//! A server with type and const parameters; not every message uses each.

use std::collections::HashMap;
use std::hash::Hash;

use actor_otp::prelude::*;

pub struct Cache<K, V, const N: usize> {
    entries: HashMap<K, V>,
}

#[actor(name = "cache", restart = "transient")]
impl<K: Hash + Eq, V, const N: usize> GenServer for Cache<K, V, N>
where
    K: Send + 'static,
    V: Clone + Send + 'static,
    Self: Sized,
{
    async fn init(entries: HashMap<K, V>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { entries }.into())
    }

    #[call]
    fn get(&self, key: K) -> Option<V> {
        self.entries.get(&key).cloned()
    }

    #[call]
    fn size(&self) -> usize {
        N
    }

    #[cast]
    fn clear(&mut self) {
        self.entries.clear();
    }
}

pub struct Numbers<T>(T);

#[actor]
impl GenServer for Numbers<u8> {
    async fn init(number: u8, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(number).into())
    }

    #[call]
    fn get(&self) -> u8 {
        self.0
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cache = Cache::<&str, u8, 4>::start(HashMap::from([("a", 1)])).await?;
    assert_eq!(cache.get("a").await?, Some(1));
    assert_eq!(Cache::<&str, u8, 4>::NAME.size().await?, 4);
    cache.clear();
    assert_eq!(cache.get("a").await?, None);
    assert_eq!(format!("{:?}", CacheCast::<u8, u8, 1>::Clear), "Clear");
    let _ = Cache::<String, u8, 1>::child_spec(HashMap::new());
    assert_eq!(Numbers::start(3).await?.get().await?, 3);
    Ok(())
}
