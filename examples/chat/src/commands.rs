//! What clients may say: a line to a command.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

/// What `/help` prints.
pub(crate) const HELP: &str = include_str!("../text/help.txt");

const NAMES: &str = "a name has 1 to 24 letters (a to z), digits, - and _";

/// What a client can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Nick(String),
    Join(String),
    Leave,
    Say(String),
    Topic(String),
    Who,
    Rooms,
    Tree,
    /// The room that the client speaks in, another one, or the logger.
    Crash(Option<String>),
    Help,
    Quit,
    /// The line is empty.
    Nothing,
}

/// Reads a line.
///
/// # Errors
///
/// What is wrong with it, for the client.
pub(crate) fn parse(line: &str) -> Result<Command, String> {
    let line = line.trim();
    let Some(command) = line.strip_prefix('/') else {
        return Ok(match line {
            "" => Command::Nothing,
            text => Command::Say(text.to_owned()),
        });
    };
    let (word, rest) = command
        .split_once(char::is_whitespace)
        .unwrap_or((command, ""));
    let rest = rest.trim();
    Ok(match word {
        "nick" | "join" | "msg" | "topic" if rest.is_empty() => {
            return Err(format!("/{word} needs something behind it: see /help"));
        }
        "nick" if rest.to_ascii_lowercase().starts_with("guest-") => {
            return Err("names that begin with guest- are given by the server".to_owned());
        }
        "nick" => Command::Nick(name(rest)?.to_owned()),
        "join" => Command::Join(room(rest)?),
        "leave" => Command::Leave,
        "msg" => Command::Say(rest.to_owned()),
        "topic" => Command::Topic(rest.to_owned()),
        "who" => Command::Who,
        "rooms" => Command::Rooms,
        "tree" => Command::Tree,
        "crash" if rest.is_empty() => Command::Crash(None),
        "crash" => Command::Crash(Some(room(rest)?)),
        "help" => Command::Help,
        "quit" => Command::Quit,
        _ => return Err(format!("unknown command /{word}: see /help")),
    })
}

/// The same room in capitals is the same room.
fn room(text: &str) -> Result<String, String> {
    Ok(name(text)?.to_ascii_lowercase())
}

fn name(text: &str) -> Result<&str, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_name = (1..=24).contains(&text.len()) && text.chars().all(fits);
    is_name.then_some(text).ok_or_else(|| NAMES.to_owned())
}
