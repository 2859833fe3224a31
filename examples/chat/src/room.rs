//! A room: who is in it, and what was said last.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use actor_otp::prelude::*;
use actor_otp::{MonitorRef, TimerRef};

use crate::logger::{Logger, LoggerClient as _};
use crate::outbox::{self, Outbox, TooSlow};
use crate::session::{Session, SessionClient as _};

/// How many messages a newcomer is shown.
const HISTORY: usize = 100;

/// How long a room stays that nobody is in.
const EMPTY_FOR: Duration = Duration::from_secs(60);

/// Passes what its members say to all of them. It waits for no member: a message is put into the queue of
/// each, and whoever has no room for it is out.
#[derive(Default)]
pub(crate) struct Room {
    name: String,
    topic: String,
    members: Vec<(Guest, MonitorRef)>,
    history: VecDeque<Arc<str>>,
    /// How many messages there were in this life of the room.
    number: u64,
    /// Runs while nobody is here.
    closing: Option<TimerRef>,
}

/// Who wants to be in a room.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) nick: String,
    pub(crate) session: ActorRef<Session>,
    pub(crate) outbox: ActorRef<Outbox>,
}

/// The acknowledgement of a message: its number, and into how many queues it was put; none if the sender
/// is no member.
pub(crate) type Receipt = Option<(u64, usize)>;

/// Nobody has been here for a while.
pub(crate) struct Empty;

#[actor(restart = "transient")] // again after a crash, but not when it closes as nobody is there
impl GenServer for Room {
    type Info = Empty;

    async fn init(name: String, cx: &mut Context<Self>) -> InitResult<Self> {
        let closing = Some(cx.send_after(EMPTY_FOR, Empty));
        let rest = Self::default();
        Ok(Self {
            name,
            closing,
            ..rest
        }
        .into())
    }

    /// Lets somebody in, who is told how things are here before anything that comes after.
    #[call]
    fn join(&mut self, guest: Guest, cx: &mut Context<Self>) {
        if self.find(&guest.session.pid()).is_some() {
            return;
        }
        if let Some(timer) = self.closing.take() {
            cx.cancel(timer);
        }
        let (room, members, topic) = (&self.name, self.members().join(", "), &self.topic);
        let mut welcome = format!("* you are in {room}, with: {members}; topic: {topic}");
        self.history
            .iter()
            .for_each(|said| welcome += &format!("\n{said}"));
        let _ = outbox::put(&guest.outbox, &welcome.into()); // too slow: the news will find out
        let news = format!("{} came", guest.nick);
        let monitor = cx.monitor(&guest.session); // it leaves by itself when its client vanishes
        self.members.push((guest, monitor));
        self.tell(&news, cx);
    }

    /// Lets somebody go: nothing of this room is put into that queue any more.
    #[call]
    fn leave(&mut self, session: Pid, cx: &mut Context<Self>) {
        if let Some(place) = self.find(&session) {
            let (guest, monitor) = self.members.remove(place);
            cx.demonitor(&monitor);
            self.tell(&format!("{} went", guest.nick), cx);
        }
        if self.members.is_empty() && self.closing.is_none() {
            self.closing = Some(cx.send_after(EMPTY_FOR, Empty));
        }
    }

    /// Puts a message into the queue of every member, the sender's too.
    #[call]
    fn send_message(&mut self, from: Pid, text: String, cx: &mut Context<Self>) -> Receipt {
        let (room, nick) = (&self.name, self.nick_of(&from)?);
        Logger::NAME.log(format!("{room} <{nick}> {text}"));
        self.number += 1;
        let said = format!("[{room} {}] {nick}: {text}", self.number).into();
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(Arc::clone(&said));
        Some((self.number, self.put_everywhere(&said, cx)))
    }

    /// Gives the room a topic, if a member does.
    #[cast]
    fn set_topic(&mut self, from: Pid, topic: String, cx: &mut Context<Self>) {
        if let Some(nick) = self.nick_of(&from) {
            self.tell(&format!("{nick} sets the topic: {topic}"), cx);
            self.topic = topic;
        }
    }

    /// Returns the names of the members, in the order in which they came.
    #[call]
    fn members(&self) -> Vec<String> {
        let nick = |(guest, _): &(Guest, _)| guest.nick.clone();
        self.members.iter().map(nick).collect()
    }

    /// A member has another name.
    #[cast]
    fn rename(&mut self, session: Pid, nick: String, cx: &mut Context<Self>) {
        if let Some(place) = self.find(&session) {
            let was = mem::replace(&mut self.members[place].0.nick, nick.clone());
            self.tell(&format!("{was} is {nick} now"), cx);
        }
    }

    /// Crashes, because somebody wants to see it.
    #[cast]
    fn crash(&mut self) {
        panic!("room {} was asked to crash", self.name);
    }

    async fn handle_info(&mut self, info: Info<Empty>, cx: &mut Context<Self>) -> NextResult<Self> {
        match info {
            Info::Down(down) => self.leave(down.pid, cx),
            Info::Message(Empty) if self.members.is_empty() => {
                Logger::NAME.log(format!("{} closes: nobody is there", self.name));
                return Ok(Next::Stop(ExitReason::Normal));
            }
            _ => {}
        }
        Ok(Next::NoReply)
    }
}

impl Room {
    fn find(&self, session: &Pid) -> Option<usize> {
        let is_it = |(guest, _): &(Guest, _)| guest.session.pid() == *session;
        self.members.iter().position(is_it)
    }

    fn nick_of(&self, session: &Pid) -> Option<String> {
        Some(self.members[self.find(session)?].0.nick.clone())
    }

    fn tell(&mut self, news: &str, cx: &mut Context<Self>) {
        let line = format!("* {}: {news}", self.name);
        self.put_everywhere(&line.into(), cx);
    }

    /// Puts a line into every member's queue, and says how many that were. Whoever has no room for it
    /// has to go.
    fn put_everywhere(&mut self, line: &Arc<str>, cx: &mut Context<Self>) -> usize {
        let mut reached = 0;
        let mut slow = Vec::new();
        for (guest, _) in &self.members {
            match outbox::put(&guest.outbox, line) {
                Ok(is_put) => reached += usize::from(is_put),
                Err(TooSlow) => slow.push(guest.session.clone()),
            }
        }
        for session in slow {
            session.give_up();
            self.leave(session.pid(), cx); // the others are told, who may be too slow for that
        }
        reached
    }
}
