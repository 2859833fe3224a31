//! A server that nobody else sees, nor what it is asked and answers.

use actor_otp::prelude::*;

#[derive(Debug)]
struct Memory {
    secrets: Vec<Secret>,
}

#[derive(Debug, Clone)]
struct Secret(String);

#[actor(name = "memory")]
impl GenServer for Memory {
    async fn init(secrets: Vec<Secret>, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self { secrets }.into())
    }

    #[call]
    pub(self) fn get_secrets(&self, _like: Option<Secret>) -> Vec<Secret> {
        self.secrets.clone()
    }

    #[cast]
    pub(self) fn keep(&mut self, secret: Secret) {
        self.secrets.push(secret);
    }
}

/// A private server that says nothing of who may see it; its answers are nobody's secret.
#[derive(Debug)]
struct Log;

// What is expected of the block is in a marked method, and not in what stays with the trait.
#[actor]
#[expect(clippy::cast_possible_truncation, reason = "texts are short")]
impl GenServer for Log {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    #[call]
    fn write(&self, secret: Secret) -> u32 {
        secret.0.len() as u32
    }
}

/// Remembers a text, and returns how often it did.
///
/// # Errors
///
/// If a server cannot be started, or does not answer.
pub async fn remember(text: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let memory = Memory::start(Vec::new()).await?;
    Memory::NAME.keep(Secret(text.to_owned()));
    let kept = memory.get_secrets(None).await?;
    let log = Log::start(()).await?;
    let mut letters = 0;
    for secret in &kept {
        letters += log.write(secret.clone()).await?;
    }
    log.stop().await?;
    memory.stop().await?;
    Ok(usize::try_from(letters)?)
}

#[cfg(test)]
mod tests {
    #[tokio::test(start_paused = true)]
    async fn what_is_private_works() {
        assert_eq!(super::remember("one").await.expect("remembers"), 3);
    }
}
