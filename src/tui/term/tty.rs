//! The two file descriptors of the terminal: whole writes, bounded waits, the size.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// What a screen is taken for when the terminal does not know its size, as serial lines do not.
const UNKNOWN_SIZE: (u16, u16) = (80, 24);

/// Where keys come from.
pub(super) fn keyboard() -> BorrowedFd<'static> {
    rustix::stdio::stdin()
}

/// Where frames go.
pub(super) fn display() -> BorrowedFd<'static> {
    rustix::stdio::stdout()
}

/// Columns and rows of the terminal; 80 × 24 where it does not say.
#[must_use]
pub fn size() -> (u16, u16) {
    match rustix::termios::tcgetwinsize(display()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
        _ => UNKNOWN_SIZE,
    }
}

/// Writes all of `bytes`, past interruptions and past a descriptor that somebody made non-blocking; says in how many
/// writes it took.
pub(super) fn write_all(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<u64> {
    let mut writes = 0;
    while !bytes.is_empty() {
        match rustix::io::write(fd, bytes) {
            Ok(written) => {
                writes += 1;
                bytes = bytes.get(written..).unwrap_or_default();
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                wait(fd, PollFlags::OUT, None)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(writes)
}

/// Whether `fd` becomes ready within `limit` (`None`: however long it takes).
pub(super) fn wait(fd: BorrowedFd<'_>, ready: PollFlags, limit: Option<Duration>) -> io::Result<bool> {
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    loop {
        match poll(&mut [PollFd::from_borrowed_fd(fd, ready)], limit.as_ref()) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
