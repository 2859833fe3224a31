//! Section 4 of the contract: children on demand.

use actor_otp::prelude::*;
use actor_otp::{ChildCounts, testing};

pub struct Session {
    user: String,
}

#[actor]
impl GenServer for Session {
    type Args = String;

    async fn init(user: String, _cx: &mut Context<Self>) -> InitResult<Self> {
        Ok(Session { user }.into())
    }

    /// Returns whose session it is.
    #[call]
    fn user(&self) -> String {
        self.user.clone()
    }
}

const SESSIONS: Name<DynamicSupervisor> = Name::new("sessions");

// the lesson's SessionSupervisor.start_session / stop_session: plain functions over the name
pub async fn start_session(user_id: &str) -> Result<ActorRef<Session>, StartChildError> {
    SESSIONS
        .start_child(Session::child_spec(user_id.into()))
        .await
}

#[tokio::test(start_paused = true)]
async fn sessions_are_started_and_stopped_on_demand() {
    testing::isolated(async {
        let sessions = DynamicSupervisor::builder()
            .name(SESSIONS)
            .max_children(10_000)
            .start_link()
            .await
            .unwrap();
        let spec = Session::child_spec("user_1".into());
        let session: ActorRef<Session> = sessions.start_child(spec).await.unwrap();
        assert_eq!(session.user().await.unwrap(), "user_1");
        let one = ChildCounts {
            active: 1,
            specs: 1,
            supervisors: 0,
            workers: 1,
        };
        assert_eq!(sessions.count_children().await.unwrap(), one);
        start_session("user_2").await.unwrap();
        assert_eq!(SESSIONS.count_children().await.unwrap().active, 2);
        sessions.terminate_child(session.pid()).await.unwrap();
        assert_eq!(sessions.count_children().await.unwrap(), one);
        sessions.stop().await.unwrap();
        assert_eq!(
            start_session("user_3").await.unwrap_err(),
            StartChildError::Call(CallError::NoProc)
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_template_makes_the_children_and_the_tree_holds_their_supervisor() {
    testing::isolated(async {
        let shared = "shared".to_owned();
        let sessions = DynamicSupervisor::builder()
            .template(move |arg: u32| Session::child_spec(format!("{shared} {arg}")))
            .name("templated");
        let app = SupervisorSpec::new(Strategy::OneForOne)
            .child(sessions.child_spec())
            .child(DynamicSupervisor::builder().name(SESSIONS).child_spec())
            .start_link()
            .await
            .unwrap();
        let ids = app.which_children().await.unwrap();
        let ids: Vec<_> = ids.iter().map(|child| child.id.to_string()).collect();
        assert_eq!(ids, ["sessions", "templated"]);
        let sessions = app.which_child("templated").await.unwrap();
        let sessions = sessions.status.pid().unwrap().clone();
        start_session("user_1").await.unwrap();
        assert_eq!(SESSIONS.count_children().await.unwrap().active, 1);
        assert!(sessions.is_alive());
        app.stop().await.unwrap();
        assert!(!sessions.is_alive());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_template_is_started_with_an_argument() {
    testing::isolated(async {
        let sessions = DynamicSupervisor::builder()
            .template(|arg: u32| Session::child_spec(format!("user {arg}")))
            .start_link()
            .await
            .unwrap();
        let session = sessions.start(7).await.unwrap();
        assert_eq!(session.user().await.unwrap(), "user 7");
        sessions.stop().await.unwrap();
    })
    .await;
}
