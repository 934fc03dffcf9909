//! From bytes to UTF-8: which encoding a file is in, how that is known, and its text as a stream.
//!
//! Old exports are Windows-1252, Excel's "Unicode text" is UTF-16, the rest is UTF-8. The whole file is looked at
//! before the decision, for one accent on the last line tells Windows-1252 from UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, WINDOWS_1252};

const CHUNK: usize = 64 << 10;

/// What a look through the file told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// How it is known.
    pub why: String,
    /// How many bytes there are.
    pub bytes: u64,
}

impl Sight {
    /// `windows-1252 (byte 0xE9 on line 3 is not UTF-8)`.
    pub fn describe(&self) -> String {
        format!("{} ({})", self.encoding.name(), self.why)
    }
}

/// Looks through all of `input` and decides. `progress` hears how many bytes are done.
///
/// # Errors
/// What reading gives.
pub fn look(input: &mut dyn Read, progress: &mut dyn FnMut(u64)) -> io::Result<Sight> {
    let mut chunk = vec![0; CHUNK];
    let mut held = 0; // bytes of a character that the last chunk cut off, at the front of `chunk`
    let mut seen = Seen::default();
    let mut bytes = 0u64;
    let mut marked = None;
    loop {
        let n = input.read(chunk.get_mut(held..).unwrap_or_default())?;
        let part = chunk.get(..held + n).unwrap_or_default();
        if bytes == 0 {
            marked = Encoding::for_bom(part).map(|(encoding, _)| encoding);
        }
        bytes += n as u64;
        progress(bytes);
        let rest = seen.take(part, n == 0);
        if n == 0 {
            break;
        }
        let from = part.len() - rest;
        chunk.copy_within(from..from + rest, 0);
        held = rest;
    }
    let (encoding, why) = match marked {
        Some(encoding) => (encoding, "a byte order mark says so".to_owned()),
        None => seen.decide(),
    };
    Ok(Sight { encoding, why, bytes })
}

#[derive(Default)]
struct Seen {
    wide: u64,
    invalid: u64,
    first: Option<(u8, u64)>,
    lines: u64,
}

impl Seen {
    /// Judges a chunk; gives how many bytes at its end may be the beginning of a character.
    fn take(&mut self, mut part: &[u8], last: bool) -> usize {
        loop {
            let (good, bad) = match std::str::from_utf8(part) {
                Ok(_) => (part.len(), None),
                Err(e) => (e.valid_up_to(), Some(e.error_len())),
            };
            let (sound, rest) = part.split_at(good);
            if !sound.is_ascii() {
                self.wide += sound.iter().filter(|b| **b >= 0xC0).count() as u64;
            }
            if self.first.is_none() {
                self.lines += sound.iter().filter(|b| **b == b'\n').count() as u64;
            }
            let skip = match bad {
                None => return 0,
                Some(None) if !last => return rest.len(),
                Some(length) => length.unwrap_or(rest.len()).max(1),
            };
            self.invalid += 1;
            if self.first.is_none() {
                self.first = rest.first().map(|b| (*b, self.lines + 1));
            }
            part = rest.get(skip..).unwrap_or_default();
        }
    }

    fn decide(&self) -> (&'static Encoding, String) {
        let Some((byte, line)) = self.first else {
            let why = if self.wide == 0 { "plain ASCII" } else { "every byte of it is valid" };
            return (UTF_8, why.to_owned());
        };
        // Text in Windows-1252 forms a valid UTF-8 sequence only by rare accident; a damaged UTF-8 file is mostly valid.
        if self.wide > 2 * self.invalid {
            return (UTF_8, format!("nearly all valid; {} damaged places, the first on line {line}", self.invalid));
        }
        (WINDOWS_1252, format!("byte 0x{byte:02X} on line {line} is not UTF-8"))
    }
}

/// A stream of valid UTF-8 from a stream in `encoding`: its byte order mark dropped, damaged places replaced by `�`.
pub struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    out: Vec<u8>,
    out_at: usize,
    out_end: usize,
    read: u64,
    replaced: u64,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Flowing,
    Ending,
    Ended,
}

impl<R: Read> Decoded<R> {
    /// Decodes `inner`.
    pub fn new(inner: R, encoding: &'static Encoding) -> Self {
        Decoded {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            raw_at: 0,
            raw_end: 0,
            out: vec![0; CHUNK + 3],
            out_at: 0,
            out_end: 0,
            read: 0,
            replaced: 0,
            state: State::Flowing,
        }
    }

    /// Bytes of the file consumed so far.
    pub fn bytes(&self) -> u64 {
        self.read
    }

    /// How many damaged places were replaced so far.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }
}

impl<R: Read> Decoded<R> {
    /// Decodes some more into `out`, which is empty before; after the end it stays empty.
    fn refill(&mut self) -> io::Result<()> {
        self.out_at = 0;
        self.out_end = 0;
        while self.out_end == 0 && self.state != State::Ended {
            if self.raw_at == self.raw_end && self.state == State::Flowing {
                self.raw_at = 0;
                self.raw_end = self.inner.read(&mut self.raw)?;
                self.read += self.raw_end as u64;
                if self.raw_end == 0 {
                    self.state = State::Ending;
                }
            }
            let source = self.raw.get(self.raw_at..self.raw_end).unwrap_or_default();
            let last = self.state == State::Ending;
            // Three bytes stay free for a replacement.
            let target = self.out.get_mut(..CHUNK).unwrap_or_default();
            let (result, used, given) = self.decoder.decode_to_utf8_without_replacement(source, target, last);
            self.raw_at += used;
            self.out_end = given;
            match result {
                DecoderResult::InputEmpty if last => self.state = State::Ended,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.replaced += 1;
                    if let Some(place) = self.out.get_mut(given..given + 3) {
                        place.copy_from_slice("\u{FFFD}".as_bytes());
                        self.out_end += 3;
                    }
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.out_at == self.out_end {
            self.refill()?;
        }
        let n = buf.len().min(self.out_end - self.out_at);
        if let (Some(to), Some(from)) = (buf.get_mut(..n), self.out.get(self.out_at..self.out_at + n)) {
            to.copy_from_slice(from);
        }
        self.out_at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> (String, String, u64) {
        let sight = look(&mut &bytes[..], &mut |_| {}).unwrap();
        let mut text = String::new();
        let mut decoded = Decoded::new(bytes, sight.encoding);
        decoded.read_to_string(&mut text).unwrap();
        (sight.describe(), text, decoded.replaced())
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_dropped() {
        assert_eq!(decode(b"\xEF\xBB\xBFid\n"), ("UTF-8 (a byte order mark says so)".to_owned(), "id\n".to_owned(), 0));
        assert_eq!(
            decode(b"\xFF\xFEi\0d\0\xE9\0"),
            ("UTF-16LE (a byte order mark says so)".to_owned(), "idé".to_owned(), 0)
        );
        assert_eq!(decode(b"\xFE\xFF\0i\0d").1, "id");
    }

    #[test]
    fn one_accent_that_is_not_utf8_makes_it_windows_1252() {
        assert_eq!(
            decode(b"id\n1\nCaf\xE9 \x80 5\n"),
            ("windows-1252 (byte 0xE9 on line 3 is not UTF-8)".to_owned(), "id\n1\nCafé € 5\n".to_owned(), 0)
        );
    }

    #[test]
    fn damage_in_a_utf8_file_is_replaced_and_counted() {
        let (described, text, replaced) = decode("Grüße, naïve Café – \u{20AC}".as_bytes());
        assert_eq!((described.as_str(), replaced), ("UTF-8 (every byte of it is valid)", 0));
        assert_eq!(text, "Grüße, naïve Café – €");
        let (described, text, replaced) = decode(b"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 \xFF end \xC3");
        assert_eq!(described, "windows-1252 (byte 0xFF on line 1 is not UTF-8)");
        assert_eq!((text.chars().count(), replaced), (16, 0));
        let (described, text, replaced) = decode(b"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 \xFF end");
        assert_eq!(described, "UTF-8 (nearly all valid; 1 damaged places, the first on line 1)");
        assert_eq!((text.as_str(), replaced), ("éééé \u{FFFD} end", 1));
    }

    #[test]
    fn characters_cut_by_a_chunk_are_whole_again() {
        let long = "€".repeat(100_000);
        let (described, text, replaced) = decode(long.as_bytes());
        assert_eq!((described.as_str(), replaced), ("UTF-8 (every byte of it is valid)", 0));
        assert!(text == long);
    }
}
