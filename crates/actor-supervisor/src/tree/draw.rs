//! A tree as text, and as a Mermaid diagram.

use std::fmt::{self, Write as _};

use actor_core::process;

use crate::child_info::ChildStatus;
use crate::strategy::Strategy;
use crate::tree::TreeRow;

/// One line a row: branches, id, pid, name, and what is known.
pub(super) fn text(rows: &[TreeRow], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut last_at = Vec::new(); // for each depth above, whether no sibling follows
    for (place, row) in rows.iter().enumerate() {
        let following = &rows[place + 1..];
        let is_last = !following
            .iter()
            .take_while(|next| next.depth >= row.depth)
            .any(|next| next.depth == row.depth);
        last_at.truncate(row.depth);
        for above in last_at.iter().skip(1) {
            f.write_str(if *above { "   " } else { "│  " })?;
        }
        if row.depth > 0 {
            f.write_str(if is_last { "└─ " } else { "├─ " })?;
        }
        last_at.push(is_last);
        writeln!(f, "{}", one_line(&label(row).join(", ")))?;
    }
    Ok(())
}

/// A flow chart from the top down.
pub(super) fn mermaid(rows: &[TreeRow]) -> String {
    let mut chart = String::from("flowchart TD\n");
    let mut above = Vec::new(); // for each depth, the place of the row that is above what follows
    for (place, row) in rows.iter().enumerate() {
        above.truncate(row.depth);
        let label: Vec<_> = label(row).iter().map(|part| escaped(part)).collect();
        let _ = writeln!(chart, "    n{place}[\"{}\"]", label.join("<br/>"));
        if let Some(parent) = above.last() {
            let _ = writeln!(chart, "    n{parent} --> n{place}");
        }
        above.push(place);
    }
    chart
}

/// What is told of a row: who it is first, then how it does.
fn label(row: &TreeRow) -> Vec<String> {
    let mut who: Vec<String> = row.id.iter().map(ToString::to_string).collect();
    let pid = row.status.pid();
    let name = pid.and_then(|pid| pid.name());
    who.extend(
        name.filter(|name| who.first().is_none_or(|id| id != name))
            .map(Into::into),
    );
    who.extend(pid.map(ToString::to_string));
    let mut label = vec![who.join(" ")];
    match row.status {
        ChildStatus::Running(_) => {}
        ChildStatus::Restarting => label.push("restarting".into()),
        ChildStatus::Undefined => label.push("not running".into()),
    }
    if let Some(supervisor) = row.supervisor {
        label.push(in_words(supervisor.strategy).into());
        label.push(format!("restarts left: {}", supervisor.restarts_left));
    }
    if row.restarts > 0 {
        label.push(format!("restarted {}×", row.restarts));
    }
    label
}

fn in_words(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::OneForOne => "one_for_one",
        Strategy::OneForAll => "one_for_all",
        Strategy::RestForOne => "rest_for_one",
    }
}

/// Ids and names may hold anything: control characters must not leave the line.
fn one_line(text: &str) -> String {
    process::log_line(&text).unwrap_or_default()
}

/// Nor may they end the label or become markup.
fn escaped(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '"' => label.push_str("#quot;"),
            '<' => label.push_str("#lt;"),
            '>' => label.push_str("#gt;"),
            '&' => label.push_str("#amp;"),
            '#' => label.push_str("#35;"),
            '`' => label.push_str("#96;"),
            other => label.push(other),
        }
    }
    label
}
