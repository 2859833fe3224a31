//! A server that steers, answers later, and has a callback by hand.

use std::num::ParseIntError;

use actor_otp::prelude::*;

/// A job.
#[derive(Debug)]
pub struct Job {
    waiting: Vec<ReplyTo<u32>>,
}

/// The calls of a job, by hand.
#[derive(Debug)]
pub enum Ask {
    /// Answers.
    Get {
        /// Where the answer goes.
        reply: ReplyTo<u32>,
    },
}

#[actor]
impl GenServer for Job {
    type Call = Ask;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        let waiting = Vec::new();
        Ok(Self { waiting }.into())
    }

    async fn handle_call(&mut self, call: Ask, _cx: &mut Context<Self>) -> NextResult<Self> {
        let Ask::Get { reply } = call;
        self.waiting.push(reply);
        Ok(Next::NoReply)
    }

    #[cast]
    fn end(&self) -> Next<Self> {
        Next::Stop(ExitReason::Normal)
    }

    /// Answers all who wait.
    ///
    /// # Errors
    ///
    /// If the text is no number; the job ends with that.
    #[cast]
    pub fn parse(&mut self, text: String) -> Result<(), ParseIntError> {
        let number = text.parse()?;
        for reply in self.waiting.drain(..) {
            reply.send(number);
        }
        Ok(())
    }
}

/// A worker.
#[derive(Debug)]
pub struct Worker;

#[actor]
impl GenServer for Worker {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    /// Works.
    #[call]
    pub fn work(&mut self, reply: ReplyTo<u32>) {
        reply.send(1);
    }

    /// Works for the last time.
    #[call]
    pub fn last(&mut self) -> Reply<u32> {
        Reply::new(2).and_stop(ExitReason::Normal)
    }
}
