//! One client: what it says, and where it is.

use std::error::Error;
use std::fmt::Display;
use std::mem;
use std::sync::Arc;

use actor_otp::prelude::*;
use actor_otp::{Down, MonitorRef};
use futures_util::stream::BoxStream;
use tokio_stream::StreamExt as _;

use crate::commands::{self, Command, HELP};
use crate::config::ChatConfig;
use crate::line::Line;
use crate::logger::{Logger, LoggerClient as _};
use crate::outbox::{self, Outbox, OutboxClient as _, Output, TooSlow};
use crate::room::{Guest, Room, RoomClient as _};
use crate::rooms;
use crate::tree;

/// A connection as a door hands it over.
pub(crate) struct Connection {
    pub(crate) input: BoxStream<'static, Line>,
    pub(crate) output: Output,
    /// Where it comes from, for the log.
    pub(crate) from: String,
    pub(crate) may_crash: bool,
}

/// Does what a client says. What the client is told goes through its outbox, a process of its own: so a
/// session may wait for a room, and a room never for a session.
pub(crate) struct Session {
    me: Guest,
    nickname: ActorRef<Nickname>,
    /// The client speaks in the last one.
    rooms: Vec<Joined>,
    may_crash: bool,
    config: Arc<ChatConfig>,
}

struct Joined {
    name: String,
    room: ActorRef<Room>,
    monitor: MonitorRef,
}

/// A line of the client; none if it has no more to say, or has gone.
type Input = Result<Option<Line>, ExitReason>;

/// What is to be told of a command, or why it was not carried out: a sentence for that client.
type Answer = Result<Option<String>, Box<dyn Error + Send + Sync>>;

const NO_ROOM: &str = "you are in no room: /join ROOM";

#[actor(restart = "temporary", shutdown = "6s")] // the client comes again by itself
impl GenServer for Session {
    type Info = Input;

    async fn init(args: (Connection, Arc<ChatConfig>), cx: &mut Context<Self>) -> InitResult<Self> {
        let (connection, config) = args;
        cx.trap_exit(true); // so that `terminate` says goodbye
        let outbox = Outbox::options(connection.output).mailbox(config.queue);
        let me = Guest {
            nick: format!("guest-{}", cx.pid().to_string().trim_matches(['<', '>'])),
            session: cx.actor_ref(),
            outbox: outbox.start_link().await?,
        };
        cx.attach_stream(connection.input.throttle(config.pace), |line| line);
        let session = Self {
            nickname: claim(&me.nick).await?,
            me,
            rooms: Vec::new(),
            may_crash: connection.may_crash,
            config,
        };
        session.log(format!("connects from {}", connection.from));
        let hello = format!("* you are {}; /help lists the commands", session.me.nick);
        session.tell(hello)?;
        Ok(session.into())
    }

    /// The client does not read what it is sent.
    #[cast]
    fn give_up(&mut self) -> Result<(), ExitReason> {
        Err(too_slow())
    }

    async fn handle_info(&mut self, info: Info<Input>, cx: &mut Context<Self>) -> NextResult<Self> {
        match info {
            Info::Message(Ok(Some(line))) => return self.hear(line, cx).await,
            Info::Down(down) => self.rejoin(&down, cx).await?,
            _ => return Ok(Next::Stop(ExitReason::Normal)), // the client has gone
        }
        Ok(Next::NoReply)
    }

    /// Leaves every room, so that nothing more is put into the queue; then what lies there is written, and
    /// a farewell.
    async fn terminate(&mut self, reason: &ExitReason, cx: &mut Context<Self>) {
        for joined in self.rooms.drain(..) {
            let _ = joined.room.leave(cx.pid()).await; // a dead room has been left too
        }
        let farewell = match reason {
            ExitReason::Normal => "* goodbye",
            ExitReason::Shutdown => "* the server stops: goodbye",
            ExitReason::ShutdownWith(_) => "* you are too slow, your queue is full: goodbye",
            _ => "* your session has crashed: connect again",
        };
        self.log(format!("goes: {farewell}"));
        if self.me.outbox.finish(farewell).await.is_err() {
            self.me.outbox.exit(ExitReason::Kill); // it does not read, or has gone
        }
        let _ = self.nickname.stop().await;
    }
}

impl Session {
    /// Takes a line; what is wrong with it is told to this client alone.
    async fn hear(&mut self, line: Line, cx: &mut Context<Self>) -> NextResult<Self> {
        let answer = match line.and_then(|line| commands::parse(&line)) {
            Ok(Command::Quit) => return Ok(Next::Stop(ExitReason::Normal)),
            Ok(command) => self.obey(command, cx).await,
            Err(mistake) => Err(mistake.into()),
        };
        if let Some(line) = answer.unwrap_or_else(|why| Some(format!("! {why}"))) {
            self.tell(line)?;
        }
        Ok(Next::NoReply)
    }

    async fn obey(&mut self, command: Command, cx: &mut Context<Self>) -> Answer {
        let told = match command {
            Command::Nick(nick) => return self.rename(nick, cx).await,
            Command::Join(room) => return self.join(room, cx).await,
            Command::Leave => return self.leave(cx).await,
            Command::Say(text) => {
                let here = self.here()?;
                let sent = here.room.send_message(cx.pid(), text).await;
                let receipt = sent.map_err(|why| format!("this was not acknowledged: {why}"))?;
                let (number, members) = receipt.ok_or(NO_ROOM)?;
                format!("* sent: {} {number} to {members}", here.name)
            }
            Command::Topic(topic) => {
                self.here()?.room.set_topic(cx.pid(), topic);
                return Ok(None); // the room tells every member
            }
            Command::Who => format!("* here: {}", self.here()?.room.members().await?.join(", ")),
            Command::Rooms => rooms::list().await?,
            Command::Tree => tree::draw(),
            Command::Crash(_) if !self.may_crash => {
                return Err("only clients on the server's own machine may crash something".into());
            }
            Command::Crash(what) => return self.crash(what.as_deref()),
            Command::Help => HELP.trim_end().to_owned(),
            Command::Nothing | Command::Quit => return Ok(None),
        };
        Ok(Some(told))
    }

    async fn rename(&mut self, nick: String, cx: &mut Context<Self>) -> Answer {
        if !nick.eq_ignore_ascii_case(&self.me.nick) {
            let claimed = claim(&nick).await;
            let claimed = claimed.map_err(|_| format!("the name {nick} is taken"))?;
            let former = mem::replace(&mut self.nickname, claimed);
            cx.unlink(&former);
            let _ = former.stop().await;
        }
        self.log(format!("is {nick} now"));
        self.me.nick = nick.clone();
        for joined in &self.rooms {
            joined.room.rename(cx.pid(), nick.clone());
        }
        Ok(Some(format!("* you are {nick}")))
    }

    /// Enters a room, which then says welcome, or goes back to one.
    async fn join(&mut self, name: String, cx: &mut Context<Self>) -> Answer {
        if let Some(place) = self.rooms.iter().position(|joined| joined.name == name) {
            self.rooms[place..].rotate_left(1);
            return Ok(None);
        }
        if self.rooms.len() >= self.config.rooms {
            return Err(format!("{} rooms are the limit: /leave one", self.config.rooms).into());
        }
        self.log(format!("joins {name}"));
        let joined = self.enter(name, cx).await?;
        self.rooms.push(joined);
        Ok(None)
    }

    async fn enter(&self, name: String, cx: &mut Context<Self>) -> Result<Joined, StartChildError> {
        let room = rooms::join(&name, &self.me).await?;
        let monitor = cx.monitor(&room);
        Ok(Joined {
            name,
            room,
            monitor,
        })
    }

    async fn leave(&mut self, cx: &mut Context<Self>) -> Answer {
        let left = self.rooms.pop().ok_or(NO_ROOM)?;
        cx.demonitor_flush(&left.monitor);
        let _ = left.room.leave(cx.pid()).await; // a dead room has been left too
        Ok(Some(format!("* you left {}", left.name)))
    }

    /// A room has ended: its supervisor starts it again, without members, so each comes back by itself.
    async fn rejoin(&mut self, down: &Down, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        let is_it = |joined: &Joined| joined.monitor == down.monitor;
        if let Some(place) = self.rooms.iter().position(is_it) {
            let name = self.rooms.remove(place).name;
            self.tell(format!("* {name} restarted: what was said there is lost"))?;
            match self.enter(name.clone(), cx).await {
                Ok(joined) => self.rooms.insert(place, joined),
                Err(why) => self.tell(format!("! you are out of {name}: {why}"))?,
            }
        }
        Ok(())
    }

    fn crash(&self, what: Option<&str>) -> Answer {
        self.log(format!("crashes {}", what.unwrap_or("the room")));
        match what {
            None => self.here()?.room.crash(),
            Some("logger") => Logger::NAME.crash(),
            Some(room) => rooms::find(room).ok_or("there is no such room")?.crash(),
        }
        Ok(None)
    }

    /// The room in which the client speaks.
    fn here(&self) -> Result<&Joined, &'static str> {
        self.rooms.last().ok_or(NO_ROOM)
    }

    /// Puts a line into the client's queue. That the client has gone is heard of otherwise.
    fn tell(&self, line: String) -> Result<(), ExitReason> {
        let put = outbox::put(&self.me.outbox, &line.into());
        put.map(|_| ()).map_err(|TooSlow| too_slow())
    }

    fn log(&self, what: impl Display) {
        Logger::NAME.log(format!("{} {what}", self.me.nick));
    }
}

/// Holds a nickname: by being registered under it, so that nobody else can be, and linked to the session
/// whose name it is, so that it ends with that.
struct Nickname;

#[actor]
impl GenServer for Nickname {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }
}

/// Takes a nickname for the session in which this is called; `Ann` and `ann` are the same.
async fn claim(nick: &str) -> Result<ActorRef<Nickname>, StartError> {
    let name = format!("nick:{}", nick.to_ascii_lowercase());
    Nickname::options(()).name(name).start_link().await
}

/// No crash, and no usual end: it is what the farewell says.
fn too_slow() -> ExitReason {
    ExitReason::shutdown_with("too slow")
}
