//! Stops that are cut short: by a second request, or because the time is up (AP-8).

use std::time::Duration;

use actor_supervisor::{
    ApplicationEnd, Phase, RunEnd, RunReport, Strategy, Supervisor, SupervisorSpec, Survivor,
};

use crate::support::{Does, Log, Plan, SECOND, Told, ends, isolated, run_beside, run_to};

/// How long the application that is stuck was waited for, what it was at, and who is alive of it.
#[track_caller]
fn stuck(report: &RunReport) -> (Duration, Phase, &[Survivor]) {
    assert_eq!(report.code(), 2);
    assert!(matches!(report.end, RunEnd::Forced));
    let of = |end| match end {
        &ApplicationEnd::Stuck {
            waited,
            phase,
            ref survivors,
        } => Some((waited, phase, &survivors[..])),
        _ => None,
    };
    let mut found = report.applications.iter().filter_map(|one| of(&one.end));
    found.next().expect("one is stuck")
}

fn names(survivors: &[Survivor]) -> Vec<&str> {
    let name = |survivor: &Survivor| survivor.pid.name().unwrap_or("-").to_owned().leak() as &str;
    survivors.iter().map(name).collect()
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_does_not_stop_in_time_cuts_the_stop_short_and_is_named() {
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("db", &log),
            Told::new("chat", &log)
                .tree(SupervisorSpec::new(Strategy::OneForOne).name("rooms"))
                .worker(Plan::new("lobby", &log))
                .worker(Plan::new("attic", &log).terminate(Does::Hang))
                .stop_limit(7 * SECOND),
            Told::new("web", &log),
        ];
        let report = run_to(list.map(Told::app), &log, "web start").await;
        assert_eq!(ends(&report), ["web stopped", "chat stuck", "db not asked"]);
        let (waited, phase, survivors) = stuck(&report);
        assert_eq!((waited, phase), (7 * SECOND, Phase::Tree));
        assert_eq!(names(survivors), ["rooms", "attic", "lobby"]);
        let [rooms, attic, lobby] = [0, 1, 2].map(|at: usize| survivors[at].pid.clone());
        let expected = format!(
            "the stop was cut short\n\
            application `web` stopped in 0.0ns\n\
            application `chat` did not stop in 7.0s: its tree has not stopped\n  \
              {rooms} rooms in terminate is alive\n    \
                {attic} attic in terminate is alive\n    \
                {lobby} lobby is alive\n\
            application `db` was not asked to stop"
        );
        assert_eq!(report.to_string(), expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_second_request_cuts_the_stop_short_at_once() {
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("db", &log),
            Told::new("chat", &log).worker(Plan::new("rooms", &log).terminate(Does::Hang)),
        ];
        let report = run_beside(list.map(Told::app), async |mut requests| {
            log.wait("rooms begins").await;
            requests.stop();
            log.wait("chat prep_stop").await;
            tokio::time::sleep(3 * SECOND).await;
            requests.force();
        })
        .await;
        assert_eq!(ends(&report), ["chat stuck", "db not asked"]);
        let (waited, phase, _) = stuck(&report);
        assert_eq!((waited.as_secs(), phase), (3, Phase::Tree));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_report_says_which_callback_has_not_returned() {
    isolated(async {
        let log = Log::default();
        let told = || Told::new("db", &log).worker(Plan::new("pool", &log));
        for (application, phase, alive) in [
            (
                told().prep_stop(Does::Hang),
                Phase::PrepStop,
                vec!["-", "pool"],
            ),
            (told().stop(Does::Hang), Phase::Stop, vec![]),
        ] {
            let report = run_to([application.app()], &log, "pool begins").await;
            let (waited, at, survivors) = stuck(&report);
            assert_eq!((waited, at), (actor_supervisor::DEFAULT_STOP_LIMIT, phase));
            assert_eq!(names(survivors), alive);
            log.wait("pool ends").await;
            log.take();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn forced_before_a_stop_everything_ends_as_it_is() {
    isolated(async {
        let log = Log::default();
        let list = ["a", "b"].map(|name| Told::new(name, &log).app());
        let report = run_beside(list, async |mut requests| {
            log.wait("b start").await;
            requests.force();
        })
        .await;
        assert_eq!(report.code(), 2);
        assert_eq!(ends(&report), ["b not asked", "a not asked"]);
        actor_core::testing::wait_until(|| actor_core::Node::current().process_count() == 0).await;
        assert_eq!(log.take(), ["a start", "b start", "b dropped", "a dropped"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_start_whose_undoing_hangs_is_cut_short_too() {
    isolated(async {
        let log = Log::default();
        let list = [
            Told::new("db", &log).prep_stop(Does::Hang),
            Told::new("chat", &log).start(Does::Panic),
        ];
        let report = run_beside(list.map(Told::app), async |_requests| {}).await;
        assert_eq!(ends(&report), ["db stuck"]);
        assert_eq!(stuck(&report).1, Phase::PrepStop);
    })
    .await;
}

/// A supervisor under the tree, with many workers.
struct Crowd;

impl Supervisor for Crowd {
    type Args = (Log, usize);

    fn init((log, size): (Log, usize)) -> SupervisorSpec {
        let spec = SupervisorSpec::new(Strategy::OneForOne);
        (0..size).fold(spec, |spec, at| {
            let name: &'static str = format!("w{at}").leak();
            let worker = Plan::new(name, &log).terminate(Does::Hang);
            spec.child(worker.child_spec())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn of_many_survivors_the_youngest_branch_comes_first_and_the_others_are_counted() {
    isolated(async {
        let log = Log::default();
        let crowd = {
            let log = log.clone();
            actor_supervisor::ChildSpec::new("crowd", move || Crowd::start_link((log.clone(), 30)))
                .child_type(actor_supervisor::ChildType::Supervisor)
        };
        let tree = SupervisorSpec::new(Strategy::OneForOne).child(crowd);
        let db = Told::new("db", &log)
            .tree(tree)
            .worker(Plan::new("last", &log));
        let report = run_to([db.app()], &log, "last begins").await;
        let (_, _, survivors) = stuck(&report);
        // The youngest child stopped; below the crowd, the youngest is the one that hangs.
        assert_eq!(survivors.len(), 32);
        assert_eq!(names(&survivors[..4]), ["-", "-", "w29", "w28"]);
        let depths: Vec<_> = survivors[..4]
            .iter()
            .map(|survivor| survivor.depth)
            .collect();
        assert_eq!(depths, [0, 1, 2, 2]);
        let text = report.to_string();
        assert!(text.ends_with("w12 is alive\n  and 12 more"), "{text}");
    })
    .await;
}
