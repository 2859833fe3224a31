//! What is written raises no lint, whoever can see the type.

#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]
#![deny(
    unused_qualifications,
    unused_results,
    single_use_lifetimes,
    rust_2018_idioms
)]

use actor_otp::prelude::*;

#[derive(Debug)]
struct Private;

/// An answer, as visible as the client.
#[derive(Debug)]
pub struct Answer;

#[derive(Debug)]
struct Secret;

#[actor(name = "private", restart = "transient")]
impl GenServer for Private {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get_answer(&self) -> Answer {
        Answer
    }

    #[call]
    fn get_answers(&self) -> Vec<Answer> {
        Vec::new()
    }

    #[call]
    fn get_nothing(&self, _index: usize, _secret: Option<Secret>) {}

    #[cast]
    fn keep(&mut self, secret: Secret) {
        drop(secret);
    }
}

#[allow(dead_code)]
mod inner {
    use actor_otp::prelude::*;

    pub(crate) struct Inner<T>(T);

    #[actor(name = "inner")]
    impl<T: Send + Sync + 'static> GenServer for Inner<T> {
        async fn init(value: T, _cx: &mut Context<Self>) -> InitResult<Self> {
            Ok(Self(value).into())
        }

        #[call]
        fn ping(&self) {}
    }
}

/// An application.
#[derive(Debug)]
pub struct MyApp;

#[actor(name = "my_app", shutdown = "infinity")]
impl Supervisor for MyApp {
    fn init((): ()) -> SupervisorSpec {
        SupervisorSpec::new(Strategy::OneForOne)
    }
}

fn main() {
    let _ = (Private::start(()), MyApp::start_link(()));
}
