//! Reading the first block of a file from the drive itself, past what this machine remembers of it.
//!
//! A fresh open is not enough: NFS clients answer from their cache for seconds, and only `O_DIRECT` was found to be fresh
//! on NFS 3, NFS 4 and SMB alike.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

/// The size of a block; disks that are asked past the cache want whole ones, at whole addresses.
const SIZE: usize = 4096;

/// So much of a file is asked for at once where all of it is read.
const LARGE: usize = 256 * SIZE;

/// Room for one block, with space to begin it at a whole address.
pub(crate) struct Block(Vec<u8>);

impl Default for Block {
    fn default() -> Block {
        Block::of(SIZE)
    }
}

impl Block {
    /// Room for many blocks at once.
    pub(crate) fn large() -> Block {
        Block::of(LARGE)
    }

    fn of(size: usize) -> Block {
        Block(vec![0; size + SIZE])
    }

    /// The first block of an open file, or as much of it as there is. Where the file system knows no way past its cache,
    /// what the cache says.
    pub(crate) fn read_past_cache(&mut self, file: &File) -> io::Result<&[u8]> {
        self.read_past_cache_at(file, 0)
    }

    /// As much as there is room for, from a place on that is a whole number of blocks from the beginning.
    pub(crate) fn read_past_cache_at(&mut self, file: &File, offset: u64) -> io::Result<&[u8]> {
        let flags = fcntl_getfl(file)?;
        let direct = fcntl_setfl(file, flags | OFlags::DIRECT).is_ok();
        let read = file.read_at(self.room(), offset);
        if direct {
            fcntl_setfl(file, flags)?;
        }
        let got = match read {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => file.read_at(self.room(), offset)?,
            read => read?,
        };
        Ok(self.room().get(..got).unwrap_or_default())
    }

    fn room(&mut self) -> &mut [u8] {
        let start = self.0.as_ptr().align_offset(SIZE).min(SIZE);
        let end = start + self.0.len() - SIZE;
        self.0.get_mut(start..end).unwrap_or_default()
    }
}

/// The size of an open file as the drive tells it now: what this machine remembers of it may be less, and then the end is
/// not read at all.
pub(crate) fn size_past_cache(file: &File) -> io::Result<u64> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, StatxFlags, statx};
        if let Ok(told) = statx(file, "", AtFlags::EMPTY_PATH | AtFlags::STATX_FORCE_SYNC, StatxFlags::SIZE) {
            return Ok(told.stx_size);
        }
    }
    file.metadata().map(|meta| meta.len())
}

/// The change counter of the SQLite file at `path`, which grows with every commit that is not in a write-ahead log (offset
/// 24, sqlite.org/fileformat2.html); `None` where the file system knows no way past its cache.
pub(crate) fn change_counter(path: &Path) -> io::Result<Option<u32>> {
    let file = match rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECT, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::INVAL) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut block = Block::default();
    let got = match file.read_at(block.room(), 0) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(None),
        got => got?,
    };
    let counter = block.room().get(24..28.min(got)).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
    counter.map(Some).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The change counter of an open file, as this machine sees it.
pub(crate) fn counter_of(file: &File) -> Option<u32> {
    let mut counter = [0; 4];
    file.read_exact_at(&mut counter, 24).ok().map(|()| u32::from_be_bytes(counter))
}
