//! A mailbox with a bound: who sends too fast waits, or is told, or loses what it sent.
//!
//! `cargo run --example bounded_mailbox`

#![expect(clippy::print_stdout, reason = "it shows what happens")]

use std::time::Duration;

use actor_otp::Overflow;
use actor_otp::prelude::*;

/// Prints pages, which takes its time.
#[derive(Default)]
struct Printer {
    printed: Vec<u32>,
}

#[actor(mailbox = 2, overflow = "wait")]
impl GenServer for Printer {
    async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Self::default().into())
    }

    /// Prints a page.
    #[cast]
    async fn print(&mut self, page: u32) {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.printed.push(page);
    }

    /// Returns the pages that were printed.
    #[call]
    fn printed(&self) -> Vec<u32> {
        self.printed.clone()
    }
}

// One thread, so that a printer has no turn before we wait for something.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A plain cast never waits: the third page finds no room, and is a dead letter.
    let printer = Printer::start(()).await?;
    for page in 1..=3 {
        printer.print(page);
    }
    println!("a plain cast: {:?}", printer.printed().await?);
    let lost = Node::current().dead_letter_counts().full;
    println!("dead letters: {lost}");

    // One that waits takes the pace of the printer, and nothing is lost.
    for page in 4..=9 {
        printer.waiting().print(page).await?;
    }
    println!("one that waits: {:?}", printer.printed().await?);
    printer.stop().await?;

    // The message can come back to whoever sent it.
    let printer = Printer::start(()).await?;
    let mut refused = vec![];
    for page in 1..=4 {
        if let Err(unsent) = printer.try_cast(PrinterCast::Print { page }) {
            let PrinterCast::Print { page } = unsent.message;
            refused.push(page);
        }
    }
    println!(
        "given back: {refused:?}, printed: {:?}",
        printer.printed().await?
    );
    printer.stop().await?;

    // Or the oldest makes room for the newest.
    let newest = Printer::options(())
        .mailbox(3)
        .overflow(Overflow::DropOldest);
    let printer = newest.start().await?;
    for page in 1..=9 {
        printer.print(page);
    }
    println!("the newest: {:?}", printer.printed().await?);
    printer.stop().await?;

    // Where nobody may wait, a call that finds no room is an error at once.
    let strict = Printer::options(())
        .overflow(Overflow::Fail)
        .start()
        .await?;
    strict.print(1);
    strict.print(2);
    if let Err(error) = strict.printed().await {
        println!("a call: {error}");
    }
    strict.exit(ExitReason::Kill); // signals need no room
    println!("it is {}", strict.exited().await);
    Ok(())
}
