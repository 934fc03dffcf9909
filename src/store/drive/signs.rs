//! What a desk file and the files beside it show from outside, without any lock: whether somebody wrote, and whether what is
//! copied between two looks is whole.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::block::{Block, size_past_cache};
use super::touch::away;
use crate::desk::refusal::Refusal;
use crate::store::backup::beside;

/// What a desk file and the files beside it show at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signs {
    /// The versions of its format: 2 where commits go to a log first (offset 18, sqlite.org/fileformat2.html).
    format: Vec<u8>,
    /// The counter of commits that did not go to a log (offset 24).
    counter: Vec<u8>,
    /// The beginning of a journal that is hot: somebody is writing, or died of it. Another number stands in each.
    pub(super) journal: Option<Vec<u8>>,
    /// The beginning of the log, another each time it begins anew.
    log: Option<Vec<u8>>,
    /// The beginning of the log's index, which changes with each commit to the log.
    index: Option<Vec<u8>>,
    /// Sizes and times of the file and its log, where commits go to a log: the counter does not tell then.
    told: Vec<(u64, i64, i64)>,
}

impl Signs {
    /// Looks at them. `first` is before anything is copied: the counter before the journal, so that no writer can have begun
    /// unseen; afterwards it is the other way round.
    pub(super) fn read(desk: &Path, first: bool) -> Result<Signs, Refusal> {
        let look = || -> std::io::Result<Signs> {
            let head = || beginning(desk, 28)?.ok_or_else(|| std::io::Error::from(absence(desk)));
            let early = if first { Some(head()?) } else { None };
            let journal = beginning(&beside(desk, "-journal"), 28)?.filter(|bytes| bytes.first() != Some(&0));
            let log = beginning(&beside(desk, "-wal"), 32)?;
            let index = beginning(&beside(desk, "-shm"), 48)?;
            let head = early.map_or_else(head, Ok)?;
            let part = |from: usize, to: usize| head.get(from..to).map(<[u8]>::to_vec).unwrap_or_default();
            let mut signs =
                Signs { format: part(18, 20), counter: part(24, 28), journal, log, index, told: Vec::new() };
            if signs.is_logged() {
                let files = [desk.to_owned(), beside(desk, "-wal")];
                let told = files.iter().filter_map(|file| std::fs::metadata(file).ok());
                signs.told = told.map(|meta| (meta.len(), meta.mtime(), meta.mtime_nsec())).collect();
            }
            Ok(signs)
        };
        look().map_err(|error| away(desk, &error))
    }

    /// Whether a copy is whole that was made between these signs and those.
    pub(super) fn hold_until(&self, after: &Signs) -> bool {
        match self.is_logged() && self.log.is_some() {
            // While the log has not begun anew, it has all that may have come into the file meanwhile.
            true => self.format == after.format && self.log == after.log,
            false => self == after,
        }
    }

    /// How long the log is at least, by its index: what is cut off is commits that somebody was told of.
    pub(super) fn log_reaches(&self) -> u64 {
        // In the byte order of the machine that wrote it: those that SQLite is in use on agree on that. Offsets by the
        // format of the index (sqlite.org/walformat.html): 14 the size of a page, 16 the number of the last frame, 32 the
        // salts of the log that it is about.
        let salts =
            |bytes: &Option<Vec<u8>>, at: usize| bytes.as_ref().and_then(|b| b.get(at..at + 8)).map(<[u8]>::to_vec);
        if salts(&self.log, 16).is_none() || salts(&self.log, 16) != salts(&self.index, 32) {
            return 0;
        }
        let number = |from: usize, to: usize| {
            let bytes = self.index.as_ref().and_then(|index| index.get(from..to)).unwrap_or_default();
            bytes.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        match (number(16, 20), number(14, 16)) {
            (0, _) | (_, 0) => 0,
            (frames, 1) => 32 + frames * (24 + 65_536),
            (frames, page) => 32 + frames * (24 + page),
        }
    }

    /// Whether commits go to a log first.
    fn is_logged(&self) -> bool {
        self.format.contains(&2)
    }
}

/// How a file that can't be read from its beginning is missing.
fn absence(desk: &Path) -> ErrorKind {
    if desk.exists() { ErrorKind::UnexpectedEof } else { ErrorKind::NotFound }
}

/// The first bytes of a file from the drive itself, as many as there are; `None` where there is no such file or it is empty.
fn beginning(path: &Path, size: usize) -> std::io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // What this machine takes for an empty file is not read.
    size_past_cache(&file)?;
    let mut block = Block::default();
    let bytes = block.read_past_cache(&file)?;
    Ok((!bytes.is_empty()).then(|| bytes.get(..size.min(bytes.len())).unwrap_or_default().to_vec()))
}
