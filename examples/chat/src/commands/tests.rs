use super::*;

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn lines_are_commands() {
    let crash = |what: Option<&str>| Command::Crash(what.map(text));
    for (line, command) in [
        ("", Command::Nothing),
        (" \t ", Command::Nothing),
        ("hello", Command::Say(text("hello"))),
        ("  hello  you ", Command::Say(text("hello  you"))),
        ("/msg hello", Command::Say(text("hello"))),
        ("/msg /help", Command::Say(text("/help"))),
        ("/msg\thello", Command::Say(text("hello"))),
        ("/nick Ann_1-x", Command::Nick(text("Ann_1-x"))),
        ("/nick guest", Command::Nick(text("guest"))),
        ("/join Lobby", Command::Join(text("lobby"))),
        ("/join  lobby ", Command::Join(text("lobby"))),
        ("/topic a b", Command::Topic(text("a b"))),
        ("/leave", Command::Leave),
        ("/leave now", Command::Leave),
        ("/who", Command::Who),
        ("/rooms", Command::Rooms),
        ("/tree", Command::Tree),
        ("/crash", crash(None)),
        ("/crash logger", crash(Some("logger"))),
        ("/crash Lobby", crash(Some("lobby"))),
        ("/help", Command::Help),
        ("/quit", Command::Quit),
    ] {
        assert_eq!(parse(line), Ok(command), "{line:?}");
    }
}

#[test]
fn other_lines_are_mistakes() {
    let long = "x".repeat(25);
    for (line, mistake) in [
        ("/", "unknown command /: see /help"),
        ("/Nick ann", "unknown command /Nick: see /help"),
        ("/nicks ann", "unknown command /nicks: see /help"),
        ("/nick", "/nick needs something behind it: see /help"),
        ("/join ", "/join needs something behind it: see /help"),
        ("/msg", "/msg needs something behind it: see /help"),
        ("/topic", "/topic needs something behind it: see /help"),
        (
            "/nick Guest-9",
            "names that begin with guest- are given by the server",
        ),
        ("/nick a b", NAMES),
        ("/nick a.b", NAMES),
        ("/nick \u{e9}", NAMES),
        (&*format!("/nick {long}"), NAMES),
        (&*format!("/join {long}"), NAMES),
        ("/crash two rooms", NAMES),
    ] {
        assert_eq!(parse(line), Err(text(mistake)), "{line:?}");
    }
}

#[test]
fn help_tells_of_every_command() {
    for word in [
        "nick", "join", "leave", "msg", "topic", "who", "rooms", "tree", "crash", "help", "quit",
    ] {
        assert!(HELP.contains(&format!("/{word} ")), "{word}");
        assert!(parse(&format!("/{word} x")).is_ok(), "{word}");
    }
}
