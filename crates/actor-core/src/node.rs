//! [`Node`]: the space that local names belong to.

use std::fmt;
use std::sync::Arc;

use crate::dead_letter::{DeadLetterCounts, DeadLetters, Office};
use crate::directory::Directory;
use crate::pid::{AnyCell, Pid};
use crate::registry::{self, SHARDS};
use crate::report_limit::{self, ReportLimit, Verdict};
use crate::rt::{AtomicU32, AtomicU64, LazyLock, Mutex, Ordering, OwnLine, now};

/// A space of names and processes inside this program (N-1).
///
/// There is one by default. A test opens its own, so that two tests in one binary can both hold
/// the name "counter". A node is inherited by every process started inside; a task spawned by hand
/// is in the default node, unless [`run`](Self::run) carries it over.
///
/// In the guide: [names and nodes](https://github.com/actor-otp/actor-otp/blob/main/docs/guide/src/names_and_nodes.md).
///
/// # Examples
///
/// ```
/// use actor_core::Node;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let node = Node::new();
/// let inside = node.run(async { Node::current() }).await;
/// assert_eq!(inside, node);
/// assert_ne!(Node::current(), node);
/// # }
/// ```
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    id: u64,
    names: Directory<Pid>,
    /// By the shard in which they are listed.
    processes: [OwnLine<Counts>; SHARDS],
    office: Arc<Office>,
    limits: Mutex<ReportLimit>,
}

/// Both only grow, and wrap: so who adds up the ended ones of all shards first, and then the started ones, misses
/// none that lives.
#[derive(Default)]
struct Counts {
    started: AtomicU32,
    ended: AtomicU32,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);
static DEFAULT: LazyLock<Node> = LazyLock::new(Node::new);

impl Node {
    /// Opens a node that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            names: Directory::new(),
            processes: Default::default(),
            office: Arc::default(),
            limits: Mutex::default(),
        }))
    }

    /// Returns the process that holds `name` in this node, whatever its type.
    #[must_use]
    pub fn whereis(&self, name: &str) -> Option<Pid> {
        self.0.names.lookup(name)
    }

    /// Returns the names that are held in this node, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.names.names()
    }

    /// Returns how many processes of this node have been started and are not dead yet. A process leaves
    /// this count a moment after its death was told.
    #[must_use]
    pub fn process_count(&self) -> usize {
        let sum = |of: fn(&Counts) -> &AtomicU32| {
            let counts = self.0.processes.iter();
            counts
                .map(|OwnLine(it)| of(it).load(Ordering::Acquire))
                .fold(0, u32::wrapping_add)
        };
        let ended = sum(|it| &it.ended);
        sum(|it| &it.started).wrapping_sub(ended) as usize
    }

    /// Returns the processes of this node, the oldest first: also those whose `init` has not answered
    /// yet. Some may have ended when it returns, and others have come.
    #[must_use]
    pub fn processes(&self) -> Vec<Pid> {
        let mut living = registry::of_node(self.id());
        living.retain(|pid| pid.cell().look().is_some());
        living
    }

    /// Returns how many messages could not be delivered, by reason, of those that were sent from
    /// within this node (G-28).
    #[must_use]
    pub fn dead_letter_counts(&self) -> DeadLetterCounts {
        self.0.office.counts()
    }

    /// Subscribes to the messages that are sent from within this node and cannot be delivered (G-28).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_core::{Address, Context, GenServer, InitResult, Name, Node, Undelivered};
    /// use std::convert::Infallible;
    ///
    /// struct Log;
    ///
    /// impl GenServer for Log {
    ///     type Args = ();
    ///     type Call = Infallible;
    ///     type Cast = &'static str;
    ///     type Info = Infallible;
    ///     type Continue = Infallible;
    ///
    ///     async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
    ///         Ok(Log.into())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut letters = Node::current().dead_letters();
    /// Name::<Log>::new("log").cast("nobody is there");
    /// let letter = letters.recv().await;
    /// assert_eq!(letter.reason, Undelivered::NoProc);
    /// assert_eq!(letter.to, "log");
    /// assert_eq!(Node::current().dead_letter_counts().noproc, 1);
    /// # }
    /// ```
    #[must_use = "a subscription that is dropped ends"]
    pub fn dead_letters(&self) -> DeadLetters {
        self.0.office.subscribe()
    }

    pub(crate) fn office(&self) -> &Office {
        &self.0.office
    }

    /// This node, or the one that everything belongs to which is in no other.
    pub(crate) fn or_default(node: Option<&Self>) -> &Self {
        node.unwrap_or_else(|| &DEFAULT)
    }

    /// The id of that; no reference to it is counted.
    pub(crate) fn default_id() -> u64 {
        DEFAULT.id()
    }

    pub(crate) fn id(&self) -> u64 {
        self.0.id
    }

    pub(crate) fn directory(&self) -> &Directory<Pid> {
        &self.0.names
    }

    /// Counts an event that somebody would hear of, and says whether it is told.
    pub(crate) fn tells(&self, key: report_limit::Key) -> Verdict {
        let mut limits = self.0.limits.lock();
        limits.record(key, now().into_std()) // read under the lock, so that it does not go back
    }

    /// How many events were not told, since this was asked last.
    pub(crate) fn take_suppressed(&self, key: report_limit::Key) -> u64 {
        self.0.limits.lock().take_suppressed(key)
    }

    pub(crate) fn process_started(&self, cell: &Arc<dyn AnyCell>) {
        registry::enter(cell, |shard| {
            let started = &self.counts(shard).started;
            started.store(
                started.load(Ordering::Relaxed).wrapping_add(1),
                Ordering::Relaxed,
            );
        });
    }

    pub(crate) fn process_ended(&self, cell: &dyn AnyCell) {
        registry::leave(cell, |shard| {
            let ended = &self.counts(shard).ended;
            ended.store(
                ended.load(Ordering::Relaxed).wrapping_add(1),
                Ordering::Release,
            );
        });
    }

    /// Written under the lock of this shard of the registry alone, which no model looks into.
    fn counts(&self, shard: usize) -> &Counts {
        &self.0.processes[shard].0
    }
}

impl Default for Node {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Node {}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("id", &self.id())
            .field("processes", &self.process_count())
            .finish_non_exhaustive()
    }
}
