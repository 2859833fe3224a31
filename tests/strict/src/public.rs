//! Servers that everybody sees.

use actor_otp::prelude::*;

/// A counter.
#[derive(Debug)]
pub struct Counter {
    count: i64,
}

/// A number.
#[derive(Debug, Clone, Copy)]
pub struct Number(pub i64);

#[actor(
    name = "counter",
    id = "counter",
    restart = "transient",
    shutdown = "250ms",
    significant,
    client = "CounterApi"
)]
impl GenServer for Counter {
    async fn init(count: i64, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { count }.into())
    }

    /// Returns the count.
    #[call(timeout = "30s")]
    pub fn get_count(&self) -> Number {
        Number(self.count)
    }

    /// Returns the number given.
    ///
    /// # Errors
    ///
    /// The text, if it is no number.
    #[call(as = "is_number")]
    pub async fn is(&mut self, number: String, cx: &mut Context<Self>) -> Result<Number, String> {
        let _ = std::future::ready(cx.pid()).await;
        number.parse().map(Number).map_err(|_| number)
    }

    /// Returns one.
    #[deprecated = "count by hand"]
    #[call]
    pub fn count(&self) -> usize {
        1
    }

    /// Adds.
    #[deprecated]
    #[cast]
    pub fn increment(&mut self, by: Number) {
        self.count += by.0;
    }

    /// Adds a lot.
    #[cast(boxed)]
    pub(crate) fn add_all(&mut self, one: Number, two: Number, three: Vec<Number>) {
        self.count += one.0 + two.0 + three.into_iter().map(|number| number.0).sum::<i64>();
    }

    /// Adds many.
    #[cast]
    #[expect(clippy::too_many_arguments, reason = "there are many")]
    fn add_many(
        &mut self,
        a: i64,
        b: i64,
        c: i64,
        fourth: i64,
        fifth: i64,
        sixth: i64,
        _last: i64,
    ) {
        self.count += a + b + c + fourth + fifth + sixth;
    }
}

/// A store.
#[derive(Debug, Default)]
pub struct Store;

#[actor]
impl GenServer for Store {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn len(&self) -> usize {
        0
    }

    #[call]
    fn get(&self, key: String) -> Option<String> {
        (!key.is_empty()).then_some(key)
    }

    #[cast]
    fn clear(&mut self) {}
}
