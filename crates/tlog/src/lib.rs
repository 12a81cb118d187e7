//! The append-only log: tree, tiles, checkpoints, inclusion proofs, cosignatures, policy (RFC 6962
//! and the C2SP transparency-log specifications).
//! It does not store, serve or fetch anything, and does not know what its entries mean: to it an
//! entry is the 32-byte id of a record.
//! `desk` appends and signs with it, `publish` lays out its tiles, `verify` checks them, and other
//! people's C2SP tools read what it writes.
//!
//! A checkpoint says how long the log is and what it holds; the log's key signs it:
//!
//! ```text
//! example.com/behind-the-sofa
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
//! ```

pub mod checkpoint;
pub mod cosignature;
mod decimal;
pub mod hash;
mod merkle;
pub mod policy;
pub mod proof;
pub mod split_view;
pub mod tile;
pub mod tree;
mod way;
pub mod witness;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::{CosignatureError, CosigningKey, Timestamp, WitnessKey};
pub use hash::{Hash, leaf_hash};
pub use merkle::{MerkleError, verify_consistency, verify_inclusion};
pub use policy::{Accepted, Policy, PolicyError, QuorumError, RejectedError};
pub use proof::{Covering, Proof, ProofError, ReadProofError};
pub use split_view::{ReadSplitViewError, SplitView, SplitViewError};
pub use tile::{ReadLog, Tile, TileError, new_tiles, read_log};
pub use tree::{Tree, TreeError};
pub use witness::{AddCheckpoint, AnswerError, ReadRequestError, Refusal, Seen, read_answer};

#[cfg(test)]
mod tests;
