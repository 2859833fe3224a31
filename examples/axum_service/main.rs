//! A web service: its handlers call servers. One owns a database, one counts visits in memory.
//!
//! `cargo run --example axum_service`, then `curl -X PUT -d oat localhost:4080/milk`, then
//! `curl localhost:4080/milk` and `curl localhost:4080`. After `curl -X POST localhost:4080/kill` the
//! notes are there, and the visits, which started after the database, begin anew. Ctrl-C ends it.

#![expect(clippy::print_stdout, reason = "it tells where it listens")]

mod notes;

use std::env;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use actor_otp::prelude::*;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};

use crate::notes::{Notes, NotesClient};

/// Counts visits, in memory.
struct Visits(u64);

#[actor(name = "visits")]
impl GenServer for Visits {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self(0).into())
    }

    #[call]
    fn visit(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// What handlers are given: addresses. Names, so that they hold through restarts.
#[derive(Clone)]
struct Servers {
    notes: Name<Notes>,
    visits: Name<Visits>,
}

/// What handlers answer. A `CallError` is a response too (feature `axum`): 503 while the server restarts.
type Answer = Result<Result<String, (StatusCode, String)>, CallError>;

fn broken(error: &redb::Error) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

async fn put_note(State(servers): State<Servers>, Path(key): Path<String>, text: String) -> Answer {
    let written = servers.notes.put(key, text).await?;
    Ok(written.map(|()| "kept\n".into()).map_err(|e| broken(&e)))
}

async fn get_note(State(servers): State<Servers>, Path(key): Path<String>) -> Answer {
    let note = servers.notes.read(key).await?.map_err(|e| broken(&e));
    let missing = || (StatusCode::NOT_FOUND, "no such note\n".to_owned());
    Ok(note.and_then(|note| note.ok_or_else(missing)))
}

async fn index(State(servers): State<Servers>) -> Result<String, CallError> {
    Ok(format!("visit {}\n", servers.visits.visit().await?))
}

async fn kill(State(servers): State<Servers>) {
    if let Some(notes) = servers.notes.whereis() {
        notes.exit(ExitReason::Kill);
    }
}

async fn serve(listener: Arc<TcpListener>) -> std::io::Result<()> {
    let (notes, visits) = (Notes::NAME, Visits::NAME);
    let router = Router::new()
        .route("/", get(index))
        .route("/kill", post(kill))
        .route("/{key}", get(get_note).put(put_note))
        .with_state(Servers { notes, visits });
    let listener = tokio::net::TcpListener::from_std(listener.try_clone()?)?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router).await
}

struct Service;

#[async_trait]
impl Application for Service {
    type Config = (String, TcpListener);
    type State = ();

    async fn start(
        &self,
        (file, listener): Self::Config,
    ) -> Result<(SupervisorSpec, ()), StartError> {
        let listener = Arc::new(listener); // stays open when the front door is started again
        let web = move || serve(Arc::clone(&listener));
        let tree = SupervisorSpec::new(Strategy::RestForOne) // each needs those before it
            .child(Notes::options(file).on_own_thread().child_spec()) // a disk blocks
            .child(Visits::child_spec(()))
            .child(ChildSpec::task("web", web));
        Ok((tree, ()))
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let file = env::args().nth(1).unwrap_or_else(|| "notes.redb".into());
    let port = env::args().nth(2).unwrap_or_else(|| "4080".into());
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?))?;
    listener.set_nonblocking(true)?;
    Ok(actor_otp::run(Service, (file, listener)).await)
}
