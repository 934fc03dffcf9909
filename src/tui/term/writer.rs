//! A frame is one write: bytes gather here, and go out together in a synchronized update, or not at all.
//!
//! Standard output cuts frames at every kilobyte, in the middle of sequences, and over a slow line each part is drawn
//! by itself: what users see as tearing.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::tty;

/// Terminals that know mode 2026 draw everything between these at once; the others ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// What the wire has carried since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes written, all told.
    pub bytes: u64,
    /// Calls of `write(2)`.
    pub writes: u64,
    /// Frames drawn, also those that changed nothing.
    pub frames: u64,
    /// Bytes of the last frame that changed anything.
    pub last_frame: u64,
}

/// A sink that keeps everything until [`FrameWriter::commit`]; clones share one sink.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameWriter {
    frame: Rc<RefCell<Frame>>,
}

#[derive(Debug, Default)]
struct Frame {
    bytes: Vec<u8>,
    traffic: Traffic,
}

impl FrameWriter {
    /// Sends what was gathered, in one write; nothing if nothing was.
    pub(super) fn commit(&self) -> io::Result<()> {
        self.commit_to(|bytes| tty::write_all(tty::display(), bytes))
    }

    /// Forgets what was gathered: it was meant for a screen that is no longer there.
    pub(super) fn discard(&self) {
        self.frame.borrow_mut().bytes.clear();
    }

    /// What was gathered, without the mark of its beginning.
    #[cfg(test)]
    pub(super) fn take(&self) -> String {
        let bytes = std::mem::take(&mut self.frame.borrow_mut().bytes);
        String::from_utf8_lossy(bytes.strip_prefix(BEGIN).unwrap_or(&bytes)).into_owned()
    }

    pub(super) fn traffic(&self) -> Traffic {
        self.frame.borrow().traffic
    }

    fn commit_to(&self, write: impl FnOnce(&[u8]) -> io::Result<u64>) -> io::Result<()> {
        let mut frame = self.frame.borrow_mut();
        frame.traffic.frames += 1;
        if frame.bytes.is_empty() {
            return Ok(());
        }
        // The opening was put there by the first write of the frame.
        frame.bytes.extend_from_slice(END);
        let written = write(&frame.bytes);
        let length = frame.bytes.len() as u64;
        frame.bytes.clear();
        frame.traffic.writes += written?;
        frame.traffic.bytes += length;
        frame.traffic.last_frame = length;
        Ok(())
    }
}

impl io::Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut frame = self.frame.borrow_mut();
        if frame.bytes.is_empty() {
            frame.bytes.extend_from_slice(BEGIN);
        }
        frame.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Nothing: ratatui flushes in the middle of frames.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_frame_is_one_write_in_a_synchronized_update() {
        let mut writer = FrameWriter::default();
        let mut sent = Vec::new();
        write!(writer, "he").and_then(|()| writer.flush()).and_then(|()| write!(writer, "llo")).unwrap();
        let record = |bytes: &[u8]| {
            sent.push(bytes.to_vec());
            Ok(1)
        };
        writer.commit_to(record).unwrap();
        assert_eq!(sent, [b"\x1b[?2026hhello\x1b[?2026l"]);
        assert_eq!(writer.traffic(), Traffic { bytes: 21, writes: 1, frames: 1, last_frame: 21 });
    }

    #[test]
    fn an_empty_frame_is_not_written() {
        let writer = FrameWriter::default();
        writer.commit_to(|_| Err(io::Error::other("written"))).unwrap();
        assert_eq!(writer.traffic().writes, 0);
    }
}
