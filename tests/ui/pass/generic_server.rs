//! A server with type and const parameters; not every message uses each.

use std::collections::HashMap;
use std::hash::Hash;
use std::marker::PhantomData;

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

/// Parameters that no message uses, of all kinds.
pub struct Unused<T: ?Sized, U, const N: usize, const B: bool = true> {
    marker: PhantomData<fn(U) -> Box<T>>,
}

#[actor(id = "unused")]
impl<T, U: 'static, const N: usize, const B: bool> GenServer for Unused<T, U, N, B>
where
    T: ?Sized + 'static,
    for<'a> &'a U: Sized,
{
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        let marker = PhantomData;
        Ok(Self { marker }.into())
    }

    #[call]
    async fn numbers(&self) -> [u8; 2] {
        [1, 2]
    }

    #[cast(boxed)]
    fn clear(&mut self, first: u8, second: u8) {
        let _ = first + second;
    }
}

/// Answers, steering and late ones, of types with parameters.
pub struct Queue<T: Send + 'static> {
    waiting: Vec<ReplyTo<Vec<T>>>,
}

#[actor]
impl<T: Send + 'static> GenServer for Queue<T> {
    type Continue = T;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        let waiting = Vec::new();
        Ok(Self { waiting }.into())
    }

    #[call]
    fn pop(&mut self, reply: ReplyTo<Vec<T>>) {
        self.waiting.push(reply);
    }

    #[call]
    fn push(&mut self, value: T) -> Reply<usize, Self> {
        Reply::new(self.waiting.len()).and_continue(value)
    }

    async fn handle_continue(&mut self, value: T, _cx: &mut Context<Self>) -> NextResult<Self> {
        let waiting = self.waiting.pop().ok_or(std::fmt::Error)?;
        waiting.send(vec![value]);
        Ok(Next::NoReply)
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
    let unused = Unused::<str, u8, 3>::start(()).await?;
    unused.clear(1, 2);
    assert_eq!(unused.numbers().await?, [1, 2]);
    let _ = Unused::<[u8], String, 3, false>::child_spec(());
    let queue = Queue::<u8>::start(()).await?;
    let popped = queue.send_request(|reply| QueueCall::Pop { reply });
    assert_eq!(queue.push(7).await?, 1);
    assert_eq!(popped.await?, [7]);
    assert_eq!(Numbers::start(3).await?.get().await?, 3);
    Ok(())
}
