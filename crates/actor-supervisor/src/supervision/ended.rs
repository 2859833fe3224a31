//! A child ended, or its restart is due: deciding, and acting on the decision.

use actor_core::{Address, Context, Exit, ExitReason, Next, Pid, process};

use crate::board::Limits;
use crate::burial::bury;
use crate::children::Key;
use crate::report::{self, Asked, Terminated};
use crate::restart::{Decision, Trigger, decide};
use crate::rt::planted;
use crate::supervision::{RestartDue, Supervising, Supervision};

impl Supervision {
    /// A linked process ended. Only a present incarnation counts; strangers do not (S-21, S-25), and
    /// neither does a signal from a child that lives.
    pub(crate) async fn child_ended<S: Supervising>(
        &mut self,
        exit: Exit,
        cx: &mut Context<S>,
    ) -> Next<S> {
        let Exit { from, reason, .. } = exit;
        process::discard(reason);
        let ended = from.as_ref().filter(|pid| !pid.is_alive());
        let key = ended.and_then(|pid| self.children.running_as(pid));
        let (Some(key), Some(pid)) = (key, &from) else {
            process::discard(from);
            return Next::NoReply;
        };
        // Its own word, not the signal's, which says `noproc` when the link came too late (S-18).
        let reason = pid.exited().await;
        let decision = self.decide(key, Trigger::Ended(&reason));
        self.tell_end(key, pid, &reason, &decision);
        if !planted("a successor meets the old subtree") {
            bury(pid, &reason).await;
        }
        process::discard((from, reason));
        self.carry_out(key, decision, cx).await
    }

    /// The time of a restart has come (S-40).
    pub(crate) async fn restart_due<S: Supervising>(
        &mut self,
        due: RestartDue,
        cx: &mut Context<S>,
    ) -> Next<S> {
        let RestartDue { key, ticket } = due;
        let decision = self.decide(key, Trigger::RestartDue(ticket));
        self.carry_out(key, decision, cx).await
    }

    fn decide(&mut self, key: Key, trigger: Trigger<'_>) -> Decision {
        let now = self.clock.now();
        let mut limits = self.board().limits().lock();
        let Limits { flags, history } = &mut *limits;
        decide(*flags, &self.children, history, key, trigger, now)
    }

    fn tell_end(&self, key: Key, pid: &Pid, reason: &ExitReason, decision: &Decision) {
        let Some(child) = self.children.get(key) else {
            return;
        };
        report::child_terminated(&Terminated {
            supervisor: self.pid(),
            id: &child.spec.fields.id,
            restart: child.spec.fields.restart,
            pid,
            reason,
            decision,
            restarts_left: &|| self.board().restarts_left(),
        });
    }

    async fn carry_out<S: Supervising>(
        &mut self,
        key: Key,
        decision: Decision,
        cx: &mut Context<S>,
    ) -> Next<S> {
        match decision {
            Decision::Ignore => {}
            Decision::Leave => self.set_undefined(key),
            Decision::Delay => self.restart_later(key, cx),
            Decision::Restart { stop, start } => self.cycle(key, stop, start, cx).await,
            Decision::ShutDown => {
                self.set_undefined(key);
                return Next::Stop(ExitReason::Shutdown);
            }
            Decision::GiveUp => {
                if let Some(child) = self.children.get(key) {
                    let limit = self.flags().intensity;
                    report::intensity_reached(self.pid(), &child.spec.fields.id, limit);
                }
                self.set_undefined(key);
                return Next::Stop(ExitReason::Shutdown);
            }
        }
        Next::NoReply
    }

    /// Stops, then starts. A start that fails ends the cycle; it is tried again by a message, so
    /// that requests and stops in the inbox have their turn in between (S-40 to S-42).
    async fn cycle<S: Supervising>(
        &mut self,
        failed: Key,
        stop: Vec<Key>,
        start: Vec<Key>,
        cx: &mut Context<S>,
    ) {
        self.set_vacant(failed);
        for key in stop {
            self.stop(&[key]).await;
        }
        for key in start.iter().filter(|key| **key != failed) {
            self.set_vacant(*key);
        }
        for key in start {
            if self.start(key, Asked::ForRestart, cx).await.is_err() {
                self.restart_later(key, cx);
                return;
            }
        }
    }

    /// Lets the child wait for its restart, and tells the supervisor when it is due.
    fn restart_later<S: Supervising>(&mut self, key: Key, cx: &mut Context<S>) {
        let now = self.clock.now();
        let waits = self.update(key, |children| children.set_restarting(key, now));
        let (ticket, delay, leftovers) = waits;
        process::discard(leftovers);
        let due = RestartDue { key, ticket };
        if delay.is_zero() {
            cx.actor_ref().send(due);
        } else {
            self.delayed.insert(key, cx.send_after(delay, due));
        }
    }
}
