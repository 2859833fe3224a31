//! What marked methods may return, and what becomes of it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::testing::isolated;

type Log = Arc<Mutex<Vec<&'static str>>>;

#[derive(Default)]
pub struct Server {
    log: Log,
    waiting: Vec<ReplyTo<u32>>,
}

pub enum Step {
    Note(&'static str),
}

#[actor]
impl GenServer for Server {
    type Continue = Step;

    async fn init(log: Log, _cx: &mut Context<Self>) -> InitResult<Self> {
        let waiting = Vec::new();
        Ok(Server { log, waiting }.into())
    }

    #[call]
    fn reply(&self) -> Reply<u32> {
        Reply::new(1)
    }

    #[call]
    fn reply_and_timeout(&self) -> Reply<u32> {
        Reply::new(2).and_timeout(Duration::from_secs(1))
    }

    #[call]
    fn reply_and_hibernate(&self) -> Reply<u32> {
        Reply::new(3).and_hibernate()
    }

    #[call]
    fn reply_and_stop(&self) -> Reply<u32> {
        Reply::new(4).and_stop(ExitReason::Shutdown)
    }

    #[call]
    async fn reply_and_continue(&mut self, note: &'static str) -> Reply<u32, Self> {
        let reply = Reply::new(5);
        match note {
            "" => reply,
            "stop" => reply.and_stop(ExitReason::Normal),
            _ => reply.and_continue(Step::Note(note)),
        }
    }

    #[call]
    fn reply_or_crash(&self, number: i8) -> io::Result<u32> {
        let number = u32::try_from(number).map_err(io::Error::other)?;
        Ok(number)
    }

    #[call]
    fn steer_or_crash(&self, number: i8) -> Result<Reply<u32>, std::num::TryFromIntError> {
        Ok(Reply::new(u32::try_from(number)?).and_hibernate())
    }

    #[call]
    fn later(&mut self, reply: ReplyTo<u32>) {
        self.waiting.push(reply);
    }

    #[call]
    async fn later_and_next(&mut self, reply: ReplyTo<u32>, cx: &Context<Self>) -> Next<Self> {
        assert!(cx.pid().is_alive());
        self.waiting.push(reply);
        Next::Continue(Step::Note("later"))
    }

    #[call]
    fn later_or_crash(&mut self, number: i8, reply: ReplyTo<u32>) -> NextResult<Self> {
        reply.send(number.try_into()?);
        Ok(Next::Hibernate)
    }

    #[call]
    fn forwarded(&self, to: ActorRef<Self>, reply: ReplyTo<u32>) {
        to.answer_for(reply, 9);
    }

    /// The handle is an argument here: somebody else's call is handed on.
    #[cast]
    fn answer_for(&self, reply: ReplyTo<u32>, value: u32) {
        reply.send(value);
    }

    #[cast]
    fn answer_all(&mut self, value: u32) {
        for reply in self.waiting.drain(..) {
            reply.send(value);
        }
    }

    #[cast]
    fn next(&self, next: fn() -> Next<Self>) -> Next<Self> {
        next()
    }

    #[cast]
    async fn crash(&mut self, number: i8) -> Result<(), std::num::TryFromIntError> {
        u32::try_from(number)?;
        Ok(())
    }

    #[cast]
    fn next_or_crash(&self, number: i8) -> Result<Next<Self>, std::num::TryFromIntError> {
        u32::try_from(number)?;
        Ok(Next::Continue(Step::Note("no crash")))
    }

    async fn handle_continue(&mut self, step: Step, _cx: &mut Context<Self>) -> NextResult<Self> {
        let Step::Note(note) = step;
        self.log.lock().unwrap().push(note);
        Ok(Next::NoReply)
    }

    async fn handle_info(
        &mut self,
        info: Info<Self::Info>,
        _cx: &mut Context<Self>,
    ) -> NextResult<Self> {
        if let Info::Timeout = info {
            self.log.lock().unwrap().push("timeout");
        }
        Ok(Next::NoReply)
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.log.lock().unwrap().push("terminate");
    }
}

async fn start() -> (ActorRef<Server>, Log) {
    let log = Log::default();
    let server = Server::start(Arc::clone(&log)).await.expect("starts");
    (server, log)
}

fn notes(log: &Log) -> Vec<&'static str> {
    std::mem::take(&mut *log.lock().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_reply_answers_and_says_how_to_go_on() {
    isolated(async {
        let (server, log) = start().await;
        assert_eq!(server.reply().await, Ok(1));
        assert_eq!(server.reply_and_timeout().await, Ok(2));
        assert_eq!(notes(&log), [""; 0]);
        tokio::time::sleep(Duration::from_millis(1_001)).await;
        assert_eq!(notes(&log), ["timeout"]);
        assert_eq!(server.reply_and_hibernate().await, Ok(3));
        assert_eq!(server.reply_and_continue("").await, Ok(5));
        assert_eq!(server.reply_and_continue("continued").await, Ok(5));
        assert_eq!(server.reply().await, Ok(1));
        assert_eq!(notes(&log), ["continued"]);
        assert_eq!(server.reply_and_stop().await, Ok(4));
        assert_eq!(notes(&log), ["terminate"]);
        assert_eq!(server.exited().await, ExitReason::Shutdown);
        let (server, _) = start().await;
        assert_eq!(server.reply_and_continue("stop").await, Ok(5));
        assert_eq!(server.exited().await, ExitReason::Normal);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_result_of_a_call_is_its_answer_and_a_result_of_a_reply_lets_it_crash() {
    isolated(async {
        let (server, _) = start().await;
        assert_eq!(
            server.reply_or_crash(7).await.expect("answers").ok(),
            Some(7)
        );
        assert!(server.reply_or_crash(-7).await.expect("answers").is_err());
        assert_eq!(server.steer_or_crash(7).await, Ok(7));
        crashed(server.steer_or_crash(-7).await, &server).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_reply_handle_is_answered_when_somebody_answers() {
    isolated(async {
        let (server, log) = start().await;
        let first = server.send_request(|reply| ServerCall::Later { reply });
        let second = server.send_request(|reply| ServerCall::LaterAndNext { reply });
        server.answer_all(7);
        assert_eq!(first.await, Ok(7));
        assert_eq!(second.await, Ok(7));
        assert_eq!(notes(&log), ["later"]);
        assert_eq!(server.later_or_crash(7).await, Ok(7));
        crashed(server.later_or_crash(-7).await, &server).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_reply_handle_may_be_the_argument_of_a_cast() {
    isolated(async {
        let (front, _) = start().await;
        let (back, _) = start().await;
        assert_eq!(front.forwarded(back.clone()).await, Ok(9));
        front.stop().await.expect("stops");
        back.stop().await.expect("stops");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_cast_may_say_how_to_go_on() {
    isolated(async {
        let (server, log) = start().await;
        server.next(|| Next::NoReply);
        server.next(|| Next::Continue(Step::Note("continued")));
        server.next_or_crash(7);
        server.crash(7);
        assert_eq!(server.reply().await, Ok(1));
        assert_eq!(notes(&log), ["continued", "no crash"]);
        server.next(|| Next::Timeout(Duration::from_secs(1)));
        tokio::time::sleep(Duration::from_millis(1_001)).await;
        assert_eq!(notes(&log), ["timeout"]);
        server.next(|| Next::Stop(ExitReason::Shutdown));
        assert_eq!(server.exited().await, ExitReason::Shutdown);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_cast_lets_it_crash() {
    isolated(async {
        let (server, log) = start().await;
        server.crash(-7);
        crashed(server.reply().await, &server).await;
        assert_eq!(notes(&log), ["terminate"]);
        let (server, _) = start().await;
        server.next_or_crash(-7);
        assert!(!server.exited().await.is_normal());
    })
    .await;
}

/// The call failed with the error as the reason of the end.
async fn crashed(answer: Result<u32, CallError>, server: &ActorRef<Server>) {
    let reason = server.exited().await;
    let text = "out of range integral type conversion attempted";
    assert!(reason.to_string().contains(text), "{reason}");
    assert_eq!(answer, Err(CallError::Exited(reason)));
}
