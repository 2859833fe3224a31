//! What a simulated supervisor is asked, and what it answers (S-46 to S-58).

use super::super::super::script::{AutoShutdown, Child, Restart, Shutdown, ShutdownWord, Step};
use super::super::ledger::Ledger;
use super::super::{counted, listed, role_of_type};
use super::{Entry, State, Supervisor};

impl Supervisor {
    pub(super) fn answer(&mut self, request: &Step, path: &str, ledger: &mut Ledger) -> String {
        match request {
            Step::StartChild { spec, .. } => return self.start_child(spec, path, ledger),
            Step::RestartChild { id, .. } => return self.restart_child(id, path, ledger),
            Step::TerminateChild { id, .. } => return self.terminate_child(id, ledger),
            Step::DeleteChild { id, .. } => self.delete_child(id),
            Step::GetChildspec { id, .. } => self.tell_spec(id),
            Step::WhichChildren { .. } => {
                let mut list = self.list();
                list.reverse();
                return listed(&list);
            }
            Step::CountChildren { .. } => return counted(self.counts()),
            _ => Err("unsupported"),
        }
        .unwrap_or_else(str::to_owned)
    }

    fn start_child(&mut self, spec: &Child, path: &str, ledger: &mut Ledger) -> String {
        let never = self.spec.auto_shutdown == AutoShutdown::Never;
        if spec.significant && (never || spec.restart == Restart::Permanent) {
            return "invalid".to_owned();
        }
        if let Some(at) = self.find(&spec.id) {
            return match self.entries[at].state {
                State::Up(_) => "already_started".to_owned(),
                State::Restarting | State::Down => "already_present".to_owned(),
            };
        }
        self.entries.push(Entry::new(spec));
        match self.start(&spec.id, path, ledger) {
            Err(failure) => {
                self.entries.pop();
                failure.told()
            }
            Ok(()) => {
                if self.deleted.contains(&spec.id) {
                    ledger.note("a deleted child comes back at the end");
                }
                self.outcome_of(&spec.id)
            }
        }
    }

    fn outcome_of(&self, id: &str) -> String {
        let entry = self.find(id).map(|at| &self.entries[at]);
        match entry.and_then(Entry::process) {
            Some(_) => "started".to_owned(),
            None => "ignored".to_owned(),
        }
    }

    fn restart_child(&mut self, id: &str, path: &str, ledger: &mut Ledger) -> String {
        let state = self.find(id).map(|at| &self.entries[at].state);
        match state {
            None => "not_found".to_owned(),
            Some(State::Up(_)) => "running".to_owned(),
            Some(State::Restarting) => "restarting".to_owned(),
            Some(State::Down) => match self.start(id, path, ledger) {
                Ok(()) => self.outcome_of(id),
                Err(failure) => failure.told(),
            },
        }
    }

    fn terminate_child(&mut self, id: &str, ledger: &mut Ledger) -> String {
        let Some(at) = self.find(id) else {
            return "not_found".to_owned();
        };
        let entry = &mut self.entries[at];
        if matches!(entry.state, State::Restarting) {
            ledger.note("terminate_child cancels a restart");
        }
        entry.stop(ledger);
        if entry.is_temporary() {
            self.entries.remove(at);
        }
        "ok".to_owned()
    }

    fn delete_child(&mut self, id: &str) -> Result<String, &'static str> {
        let at = self.find(id).ok_or("not_found")?;
        match self.entries[at].state {
            State::Up(_) => Err("running"),
            State::Restarting => Err("restarting"),
            State::Down => {
                self.entries.remove(at);
                self.deleted.push(id.to_owned());
                Ok("ok".to_owned())
            }
        }
    }

    fn tell_spec(&self, id: &str) -> Result<String, &'static str> {
        let at = self.find(id).ok_or("not_found")?;
        let child = &self.entries[at].child;
        let shutdown = match child.shutdown() {
            Shutdown::Within(ms) => ms.to_string(),
            Shutdown::Word(ShutdownWord::Infinity) => "infinity".to_owned(),
            Shutdown::Word(ShutdownWord::BrutalKill) => "brutal_kill".to_owned(),
        };
        let (restart, start) = match child.restart {
            Restart::Permanent => ("permanent", "kept"),
            Restart::Transient => ("transient", "kept"),
            Restart::Temporary => ("temporary", "released"), // S-67
        };
        let (kind, significant) = (role_of_type(child), child.significant);
        Ok(format!("{restart} {shutdown} {kind} {significant} {start}"))
    }
}
