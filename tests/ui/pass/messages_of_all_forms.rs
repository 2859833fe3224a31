//! What a marked method may look like.

use std::borrow::Cow;
use std::convert::Infallible;

use actor_otp::prelude::*;

pub struct Server {
    words: Vec<String>,
}

#[actor]
impl GenServer for Server {
    type Info = u8;

    async fn init(words: Vec<String>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Server { words }.into())
    }

    #[call]
    async fn pause(&mut self) {
        tokio::task::yield_now().await;
    }

    #[call]
    async fn own_pid(&mut self, cx: &mut Context<Self>, extra: u8) -> (String, u8) {
        (cx.pid().to_string(), extra)
    }

    #[call]
    fn count(&self) -> Result<usize, Infallible> {
        Ok(self.words.len())
    }

    #[call]
    fn owned(&self, text: Cow<'static, str>, find: fn(&str) -> bool) -> Option<&'static str> {
        find(&text).then_some("found")
    }

    #[call]
    fn boxed(&self, find: Box<dyn for<'a> Fn(&'a str) -> &'a str + Send>) -> String {
        find(&self.words[0]).to_owned()
    }

    #[call]
    fn of_self(&self, sizes: [u8; Self::SIZES], info: Self::Info) -> Self {
        let words = sizes.map(|size| format!("{}", size + info));
        Self {
            words: words.to_vec(),
        }
    }

    #[cast]
    fn clear(&mut self) {
        self.words.clear();
    }

    #[cast]
    pub(crate) fn push(
        self: &mut Self,
        mut word: String,
        _cx: &mut Context<Self>,
        r#type: u8,
    ) -> () {
        word.push_str(&r#type.to_string());
        self.words.push(word);
    }

    #[cfg(any())]
    #[call]
    fn left_out(&self, missing: Missing) -> Missing {
        missing
    }
}

impl Server {
    const SIZES: usize = 2;
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start(vec!["one".to_owned()]).await?;
    server.push("two".to_owned(), 2);
    assert_eq!(server.count().await??, 2);
    assert_eq!(server.own_pid(7).await?.1, 7);
    assert_eq!(
        server.owned("a".into(), |text| text == "a").await?,
        Some("found")
    );
    assert_eq!(server.boxed(Box::new(|word| &word[1..])).await?, "ne");
    assert_eq!(server.of_self([1, 2], 3).await?.words, ["4", "5"]);
    server.clear();
    assert_eq!(server.count().await??, 0);
    Ok(())
}
