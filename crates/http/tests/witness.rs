//! A real witness over real sockets: the statuses of C2SP `tlog-witness`, and what is asked of it
//! at the same time.
#![cfg(test)]

use std::sync::{
    Arc, Mutex,
    mpsc::{Receiver, channel},
};

use http::{
    Limits,
    client::{Asker, Said},
    witness::{Witness, id_of, serve},
};
use record::note::SigningKey;
use store::witness::Memory;
use tempfile::TempDir;
use tlog::{
    AddCheckpoint, Checkpoint, CosigningKey, SplitView, Timestamp, Tree, WitnessKey, leaf_hash,
};
use tokio::{net::TcpListener, runtime::Runtime, task::JoinHandle};

const NOW: Timestamp = Timestamp(1_679_315_147);

/// A witness that runs, and the proofs that it kept.
struct Running {
    runtime: Runtime,
    url: String,
    key: WitnessKey,
    proofs: Receiver<SplitView>,
    serving: JoinHandle<()>,
    folder: TempDir,
}

fn log(seed: u8) -> SigningKey {
    SigningKey::ed25519("log.example/tiny".parse().unwrap(), &[seed; 32]).unwrap()
}

fn key() -> CosigningKey {
    CosigningKey::new("w1.example/witness".parse().unwrap(), &[4; 32]).unwrap()
}

impl Running {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::create(&folder.path().join("witness.db")).unwrap();
        Self::with(folder, memory)
    }

    fn with(folder: TempDir, memory: Memory) -> Self {
        let (sender, proofs) = channel();
        let alarm = Box::new(move |proof: &SplitView| sender.send(proof.clone()).unwrap());
        let logs = vec![log(1).public().clone()];
        let witness = Witness::new(key(), logs, memory, Box::new(|| NOW), alarm);
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let witness = Arc::new(Mutex::new(witness));
        let serving =
            runtime.spawn(serve(listener, witness, Limits::default(), std::future::pending()));
        Self { runtime, url, key: key().public().clone(), proofs, serving, folder }
    }

    /// Kills the server between two requests and starts another on the same memory.
    fn restart(self) -> Self {
        let Self { runtime, serving, folder, .. } = self;
        serving.abort();
        drop(runtime);
        let memory = Memory::open(&folder.path().join("witness.db")).unwrap();
        Self::with(folder, memory)
    }

    fn ask(&self, request: &AddCheckpoint) -> Said {
        Asker::new(&self.url, self.key.clone()).ask(request).unwrap()
    }

    /// Status, type and body of the answer to these bytes.
    fn post(&self, body: &[u8]) -> (u16, String, String) {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.post(format!("{}/add-checkpoint", self.url)).send(body).unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), kind, answer.body_mut().read_to_string().unwrap())
    }
}

fn tree(size: u64, other_from: u64) -> Tree {
    let mut tree = Tree::default();
    for n in 0..size {
        let entry = if n < other_from { n } else { n + 1000 };
        tree.append(leaf_hash(&entry.to_be_bytes()));
    }
    tree
}

fn signed(tree: &Tree, size: u64, by: &SigningKey) -> Vec<u8> {
    let name = "log.example/tiny".parse().unwrap();
    Checkpoint::new(name, size, tree.root_at(size).unwrap()).sign(by).unwrap()
}

fn request(tree: &Tree, old: u64, size: u64) -> AddCheckpoint {
    let proof = tree.consistency_proof(old, size).unwrap();
    AddCheckpoint::new(old, proof, &signed(tree, size, &log(1))).unwrap()
}

#[test]
fn the_statuses_are_those_of_the_specification() {
    let witness = Running::new();
    let (ours, theirs) = (tree(20, 20), tree(20, 5));
    let size = "text/x.tlog.size";
    let text = "text/plain; charset=utf-8";
    let check = |body: &[u8], status: u16, kind: &str, starts: &str| {
        let (found, found_kind, answer) = witness.post(body);
        assert_eq!((found, found_kind.as_str()), (status, kind), "{answer}");
        assert!(answer.starts_with(starts) && answer.ends_with('\n'), "{answer:?}");
    };
    let good = request(&ours, 0, 9).to_string();
    check(good.as_bytes(), 200, text, "— w1.example/witness ");
    check(good.as_bytes(), 409, size, "9\n");
    check(request(&ours, 9, 9).to_string().as_bytes(), 200, text, "— w1.example/witness ");
    check(request(&ours, 5, 12).to_string().as_bytes(), 409, size, "9\n");
    check(request(&theirs, 9, 9).to_string().as_bytes(), 409, size, "9\n");
    check(request(&theirs, 9, 12).to_string().as_bytes(), 422, text, "the checkpoint does not");
    check(b"old 1\n", 400, text, "an empty line and a checkpoint were expected");
    check(b"\xff", 400, text, "a text of at most");
    let backwards = AddCheckpoint::new(12, vec![], &signed(&ours, 9, &log(1))).unwrap();
    check(backwards.to_string().as_bytes(), 400, text, "an old size of at most 9 was expected");
    let strange = good.replace("log.example/tiny", "log.example/other");
    check(strange.as_bytes(), 404, text, "a log that this witness follows was expected");
    let unsigned = AddCheckpoint::new(9, vec![], &signed(&ours, 9, &log(2))).unwrap();
    check(unsigned.to_string().as_bytes(), 403, text, "the checkpoint is not signed by the log");
    let (status, _, _) = witness.post(&vec![b'x'; tlog::witness::MAX_BYTES + 1]);
    assert_eq!(status, 413);
    // Nothing of all that moved it.
    assert_eq!(witness.ask(&request(&ours, 3, 4)), Said::Latest(9));
}

#[test]
fn what_was_cosigned_survives_and_is_shown() {
    let witness = Running::new();
    let ours = tree(20, 20);
    let Said::Cosigned(line, time) = witness.ask(&request(&ours, 0, 9)) else { panic!() };
    assert_eq!(time, NOW);
    let witness = witness.restart();
    assert_eq!(witness.ask(&request(&ours, 0, 20)), Said::Latest(9));
    let asker = Asker::new(&witness.url, witness.key.clone());
    let shown = asker.latest(id_of("log.example/tiny")).unwrap();
    let expected = [signed(&ours, 9, &log(1)), format!("{line}\n").into_bytes()].concat();
    assert_eq!(shown, expected);
    assert!(asker.latest(id_of("log.example/other")).unwrap_err().to_string().contains("404"));
    assert!(matches!(witness.ask(&request(&ours, 9, 20)), Said::Cosigned(..)));
}

#[test]
fn a_fork_of_the_same_size_is_kept_as_proof() {
    let witness = Running::new();
    let (ours, theirs) = (tree(20, 20), tree(20, 5));
    witness.ask(&request(&ours, 0, 9));
    assert_eq!(witness.ask(&request(&theirs, 9, 9)), Said::Latest(9));
    let proof = witness.proofs.try_recv().unwrap();
    let (first, second) = proof.verify(log(1).public()).unwrap();
    assert_eq!((first.size, second.size), (9, 9));
    assert_ne!(first.root, second.root);
    assert_eq!(witness.ask(&request(&theirs, 9, 12)), Said::Inconsistent);
}

/// Two histories that part after five entries, each asked for many sizes at the same time: all that
/// is ever cosigned beyond the fifth is of one of them.
#[test]
fn requests_at_the_same_time_do_not_get_past_each_other() {
    let witness = Running::new();
    let trees = [tree(20, 20), tree(20, 5)];
    witness.ask(&request(&trees[0], 0, 5));
    let cosigned: Mutex<Vec<(usize, u64)>> = Mutex::default();
    std::thread::scope(|scope| {
        for which in [0, 1, 0, 1] {
            let (cosigned, tree) = (&cosigned, &trees[which]);
            let asker = Asker::new(&witness.url, witness.key.clone());
            scope.spawn(move || {
                for size in 6..=20 {
                    for old in 5..size {
                        let said = asker.ask(&request(tree, old, size)).unwrap();
                        if let Said::Cosigned(..) = said {
                            cosigned.lock().unwrap().push((which, size));
                        }
                    }
                }
            });
        }
    });
    let cosigned = cosigned.into_inner().unwrap();
    assert!(!cosigned.is_empty());
    assert!(cosigned.iter().all(|(which, _)| *which == cosigned[0].0), "{cosigned:?}");
}
