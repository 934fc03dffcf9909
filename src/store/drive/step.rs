//! The steps of the drive's protocol by name, for who wants to be told when one is reached: tests that end or freeze a
//! client exactly there.

use std::sync::OnceLock;

/// A step that was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The lock is held and signed.
    Locked,
    /// The log of a desk that was copied to the drive with one is read; nothing is written.
    LogRead,
    /// What was in the log is in the desk file, and the log is empty.
    LogTakenIn,
    /// The log is gone; the desk file does not say so yet.
    LogGone,
    /// The desk file is open; what a dead client left half-done is rolled back.
    Opened,
    /// The local copy knows everything that the drive has.
    CaughtUp,
    /// A transaction has begun at the drive.
    Begun,
    /// Its rows are written, in memory and in the journal of SQLite.
    Written,
    /// The lock was found to be still held; the commit comes next.
    Checked,
    /// The commit is on the drive.
    Committed,
    /// The desk file is closed; the lock goes next.
    Closed,
    /// The lock is given back.
    Unlocked,
    /// The local copy has what was committed.
    Copied,
    /// The copy of a desk that is moved is drawn and holds.
    Verified,
    /// What leaves its place, in a move or for a backup, has its second name.
    Kept,
    /// A signpost lies in its place.
    Posted,
    /// The desk has appeared in its new place.
    Appeared,
}

static TOLD: OnceLock<fn(Step)> = OnceLock::new();

/// Lets `tell` be called at each step of this process from now on. Only the first who asks is told.
pub fn on_step(tell: fn(Step)) {
    let _ = TOLD.set(tell);
}

pub(crate) fn reached(step: Step) {
    if let Some(tell) = TOLD.get() {
        tell(step);
    }
}
