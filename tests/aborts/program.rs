//! Lets a server do what no runtime contains; the argument says what.

#![expect(clippy::print_stdout, reason = "what it prints is looked at")]

use std::convert::Infallible;
use std::env;
use std::hint::black_box;
use std::process::abort;

use actor_otp::prelude::*;

struct Fatal;

impl GenServer for Fatal {
    type Args = ();
    type Call = Infallible;
    type Cast = String;
    type Info = Infallible;
    type Continue = Infallible;

    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self.into())
    }

    async fn handle_cast(&mut self, how: String, _cx: &mut Context<Self>) -> NextResult<Self> {
        match how.as_str() {
            "panic" => panic!("an ordinary panic"),
            "panic in a drop" => {
                let _bomb = Bomb;
                panic!("the first panic");
            }
            "stack overflow" => drop(deeper(0)),
            "out of memory" => drop(black_box(Vec::<u8>::with_capacity(isize::MAX as usize))),
            "abort" => abort(),
            other => eprintln!("unknown: {other}"),
        }
        Ok(Next::NoReply)
    }
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the second panic");
    }
}

fn deeper(depth: u64) -> u64 {
    let room = black_box([depth; 1024]);
    match black_box(true) {
        true => deeper(depth + 1) + room[0],
        false => depth,
    }
}

#[tokio::main]
async fn main() -> Result<(), StartError> {
    let fatal = Fatal::start(()).await?;
    fatal.cast(env::args().nth(1).unwrap_or_default());
    println!("the server ended: {}", fatal.exited().await);
    Ok(())
}
