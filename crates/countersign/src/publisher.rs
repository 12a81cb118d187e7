//! The publisher: what is public goes from the room to the folder, in one direction.
//!
//! It folds the released records a second time, as any verifier would, and never sees a sealed
//! text. When it falls behind it publishes less often, never less.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use election::Mode;
use http::{Intake, room::Export};
use publish::{Edition, Head, Log, Publisher, Released, View};
use record::{Record, RecordId, note::SigningKey};
use store::{
    bundle::{BundleWriter, Folder},
    log::SignedCheckpoint,
};
use tally::{Ledger, Rulebook, prepare};
use tlog::{Tree, leaf_hash};
use tokio::{sync::watch, task::block_in_place};

use crate::{
    clock,
    exit::Stop,
    say,
    witnesses::{Cosigned, Witnesses},
};

/// The shortest time between two editions.
const SHORTEST: Duration = Duration::from_millis(500);
/// Publishing takes at most one part in this of the machine's time, so that intake goes on.
const SHARE: u32 = 4;

/// How long it waits after a publication that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The one who publishes.
pub(crate) struct Site {
    bundle: PathBuf,
    rulebook: Arc<Rulebook>,
    key: SigningKey,
}

impl Site {
    pub(crate) fn new(bundle: PathBuf, rulebook: Arc<Rulebook>, key: SigningKey) -> Self {
        Self { bundle, rulebook, key }
    }

    /// Publishes whatever is new; `published` is told up to which position. A failure (a full
    /// disk, say) is told on standard error and tried again from the start: intake goes on
    /// meanwhile, and the public keeps the last whole edition. It returns only when a witness has
    /// proved that this log has forked: then nothing may be signed any more.
    pub(crate) async fn run(
        self,
        intake: Intake,
        mut witnesses: Witnesses,
        published: watch::Sender<u64>,
    ) -> Stop {
        loop {
            match self.publish_until_failure(&intake, &mut witnesses, &published).await {
                Failure::Forked(stop) => return stop,
                Failure::Passing(stop) => {
                    say::complain(format_args!("publishing: {stop}; trying again"));
                }
            }
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }

    async fn publish_until_failure(
        &self,
        intake: &Intake,
        witnesses: &mut Witnesses,
        published: &watch::Sender<u64>,
    ) -> Failure {
        // Folding, drawing and syncing take seconds; the sockets' thread does not wait for them.
        let mut shown = match block_in_place(|| Shown::open(self)) {
            Ok(shown) => shown,
            Err(failure) => return Failure::Passing(failure),
        };
        loop {
            let started = Instant::now();
            match shown.catch_up(intake, witnesses).await {
                Ok(Some(size)) => drop(published.send(size)),
                Ok(None) => {}
                Err(failure) => return failure,
            }
            tokio::time::sleep(SHORTEST.max(started.elapsed() * SHARE)).await;
        }
    }
}

/// Why there is no further edition.
enum Failure {
    /// Something that may be well again the next time.
    Passing(Stop),
    /// The log shows two histories.
    Forked(Stop),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        Self::Passing(stop)
    }
}

/// What the public is shown, and where it goes.
struct Shown<'a> {
    site: &'a Site,
    folder: BundleWriter,
    publisher: Publisher,
    ledger: Ledger,
    tree: Tree,
    entries: Vec<[u8; 32]>,
    /// Positions whose text is out.
    out: BTreeSet<u64>,
    opened: u64,
    sequence: u64,
    /// Whether the last edition's checkpoint has the cosignatures that the policy asks for.
    cosigned: bool,
    /// Files of an earlier run that this one has not written again.
    leftover: BTreeSet<String>,
}

impl<'a> Shown<'a> {
    fn open(site: &'a Site) -> Result<Self, Stop> {
        let folder = BundleWriter::open(&site.bundle).map_err(Stop::input)?;
        let before = Folder::open(&site.bundle).map_err(Stop::input)?;
        let head = before.read("head.json").ok().and_then(|bytes| Head::parse(&bytes));
        let leftover = before.list().map_err(Stop::input)?;
        Ok(Self {
            ledger: Ledger::new(Arc::clone(&site.rulebook)),
            leftover: leftover.iter().map(|path| path.as_str().to_owned()).collect(),
            publisher: Publisher::default(),
            tree: Tree::default(),
            entries: Vec::new(),
            out: BTreeSet::new(),
            opened: 0,
            cosigned: false,
            sequence: head.map_or(0, |head| head.sequence),
            site,
            folder,
        })
    }

    async fn catch_up(
        &mut self,
        intake: &Intake,
        witnesses: &mut Witnesses,
    ) -> Result<Option<u64>, Failure> {
        let failed = |e| Failure::Passing(Stop::failed(e));
        let mut export = intake.export(self.entries.len() as u64).await.map_err(failed)?;
        if export.opened != self.opened {
            // Something that was sealed is open: fold again from the start, in the log's order.
            export = intake.export(0).await.map_err(failed)?;
            self.opened = export.opened;
            self.ledger = Ledger::new(Arc::clone(&self.site.rulebook));
            (self.tree, self.entries) = (Tree::default(), Vec::new());
        }
        let nothing_new =
            export.entries.is_empty() && self.sequence > 0 && self.leftover.is_empty();
        if nothing_new && self.cosigned {
            return Ok(None);
        }
        let cosigned = witnesses.cosign(export.size, &export.checkpoint).await;
        let cosigned = cosigned.map_err(Failure::Forked)?;
        if nothing_new && !cosigned.enough {
            return Ok(None);
        }
        self.cosigned = cosigned.enough;
        let size = export.size;
        block_in_place(|| self.take(export, &cosigned.note))?;
        keep(intake, size, cosigned).await?;
        Ok(Some(size))
    }

    fn take(&mut self, export: Export, checkpoint: &[u8]) -> Result<(), Stop> {
        let mut released = Vec::new();
        for exported in export.entries {
            self.tree.append(leaf_hash(exported.id.as_bytes()));
            self.entries.push(*exported.id.as_bytes());
            let Some(note) = exported.note else { continue };
            self.fold(exported.position, exported.id, &note)?;
            if self.out.insert(exported.position) {
                released.push(Released { position: exported.position, note });
            }
        }
        self.publish(export.size, checkpoint, released)
    }

    /// The room admitted it, so it is admitted here, or one of the two is broken.
    fn fold(&mut self, position: u64, id: RecordId, note: &[u8]) -> Result<(), Stop> {
        if position == 0 {
            return Ok(());
        }
        let broken =
            |reason: String| Stop::failed(format_args!("position {position}, {id}: {reason}"));
        let record = Record::parse(note).map_err(|e| broken(e.to_string()))?;
        let prepared = prepare(&self.site.rulebook, &record).map_err(|e| broken(e.to_string()))?;
        let signers =
            self.ledger.keys().signers(&record.note).map_err(|e| broken(e.to_string()))?;
        let admission = self.ledger.judge(prepared, &signers).map_err(|e| broken(e.to_string()))?;
        self.ledger.apply(admission, position);
        Ok(())
    }

    fn publish(
        &mut self,
        size: u64,
        checkpoint: &[u8],
        released: Vec<Released>,
    ) -> Result<(), Stop> {
        self.sequence += 1;
        let (time, mode): (i64, Mode) = (clock::now().seconds(), self.site.rulebook.mode());
        let edition = Edition { sequence: self.sequence, size, time, mode };
        let view = View::of(&self.ledger, edition);
        let definition = self.site.rulebook.definition();
        let log = Log { tree: &self.tree, entries: &self.entries, checkpoint, definition };
        let mut changes =
            self.publisher.next(&view, &log, released, &self.site.key).map_err(Stop::failed)?;
        for (path, _) in &changes.write {
            self.leftover.remove(path);
        }
        changes.remove.append(&mut std::mem::take(&mut self.leftover).into_iter().collect());
        self.folder.publish(&changes.write, &changes.remove).map_err(Stop::failed)?;
        Ok(())
    }
}

/// Keeps a published checkpoint that witnesses stand behind, so that receipts can rest on it.
async fn keep(intake: &Intake, size: u64, cosigned: Cosigned) -> Result<(), Stop> {
    if !cosigned.enough || cosigned.lines == 0 {
        return Ok(());
    }
    let kept = intake.keep_cosigned(SignedCheckpoint { size, note: cosigned.note }).await;
    kept.map_err(Stop::failed)
}
