//! Servers whose blocks hold lints and conditions: they hold for all that is made of the block.

use actor_otp::prelude::*;
use actor_otp::{ChildSpec, Supervised};

/// Its only cast is there in tests alone.
#[derive(Debug)]
struct Conditional;

#[actor]
impl GenServer for Conditional {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn get(&self) -> u8 {
        1
    }

    #[cfg(test)]
    #[cast]
    fn crash(&self) {
        panic!("as it was told");
    }
}

#[deprecated(note = "there is a better one")]
#[derive(Debug, Clone, Copy)]
struct Old(u8);

/// Its lints stand inside the block.
#[derive(Debug)]
struct Lenient;

#[actor]
impl GenServer for Lenient {
    #![allow(
        deprecated,
        non_snake_case,
        reason = "the arguments are as old as the name"
    )]

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn last(&self, old: Old) -> u8 {
        let theLast = old.0;
        theLast.max(1)
    }

    fn child_spec((): ()) -> ChildSpec<ActorRef<Self>> {
        let theId = "lenient";
        ChildSpec::new(theId, || Self::start_link(()))
    }
}

/// Asks both.
///
/// # Errors
///
/// If a server cannot be started, or does not answer.
#[expect(deprecated, reason = "it is asked with an old argument")]
pub async fn ask_both() -> Result<u8, Box<dyn std::error::Error>> {
    let conditional = Conditional::start(()).await?;
    let lenient = Lenient::start(()).await?;
    let spec = <Lenient as Supervised>::child_spec(());
    let sum = conditional.get().await? + lenient.last(Old(2)).await?;
    let letters = u8::try_from(spec.get_id().to_string().len())?;
    conditional.stop().await?;
    lenient.stop().await?;
    Ok(sum + letters)
}

#[cfg(test)]
mod tests {
    #[tokio::test(start_paused = true)]
    async fn both_answer() {
        assert_eq!(super::ask_both().await.expect("they answer"), 10);
    }
}
