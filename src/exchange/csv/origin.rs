//! Where the bytes are: a file, or the one CSV inside a zip archive. Always streamed, and bounded against bombs.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::error::ImportError;

/// No table larger than this is read, unpacked or not.
pub const MOST_BYTES: u64 = 4 << 30;
/// A packed table may unpack to this many times its size…
const MOST_RATIO: u64 = 200;
/// …once it is larger than this. Tables pack 10 to 60 times; a bomb packs a thousand times.
const RATIO_FREE: u64 = 64 << 20;

/// A source that can be streamed from its beginning as often as needed.
#[derive(Debug)]
pub struct Origin {
    path: PathBuf,
    packed: Option<Packed>,
    size: u64,
}

#[derive(Debug)]
struct Packed {
    index: usize,
    limit: u64,
}

impl Origin {
    /// Finds the table at `path`.
    ///
    /// # Errors
    /// When there is no such file, or an archive without exactly one table.
    pub fn find(path: &Path) -> Result<Origin, ImportError> {
        let refuse = |source| ImportError::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(refuse)?;
        let meta = file.metadata().map_err(refuse)?;
        if meta.is_dir() {
            return Err(refuse(io::Error::new(io::ErrorKind::IsADirectory, "is a folder, not a file")));
        }
        let mut magic = Vec::new();
        file.by_ref().take(4).read_to_end(&mut magic).map_err(refuse)?;
        if magic == b"PK\x03\x04" || magic == b"PK\x05\x06" {
            return Origin::find_packed(path, meta.len());
        }
        if meta.len() > MOST_BYTES {
            return Err(too_large(path, meta.len()));
        }
        Ok(Origin { path: path.to_owned(), packed: None, size: meta.len() })
    }

    fn find_packed(path: &Path, packed_size: u64) -> Result<Origin, ImportError> {
        let refuse = |reason: String| ImportError::Archive { path: path.to_owned(), reason };
        let mut archive = open_archive(path)?;
        if archive.len() > 10_000 {
            return Err(refuse("the archive holds thousands of files; unpack the one to import".to_owned()));
        }
        let mut tables = Vec::new();
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|e| refuse(e.to_string()))?;
            let name = entry.name().map_err(|e| refuse(e.to_string()))?.into_owned();
            if is_table(&name) {
                tables.push((index, name, entry.size()));
            }
        }
        match tables.as_slice() {
            [(index, _, size)] => {
                let limit = MOST_BYTES.min(RATIO_FREE.max(packed_size.saturating_mul(MOST_RATIO)));
                if *size > limit {
                    return Err(refuse(format!(
                        "the archive would unpack to {size} bytes, far more than a table of this packed size ever does; \
                         unpack it yourself if you trust it"
                    )));
                }
                Ok(Origin { path: path.to_owned(), packed: Some(Packed { index: *index, limit }), size: *size })
            }
            [] => Err(refuse("the archive holds no .csv, .tsv or .txt".to_owned())),
            [(_, first, _), (_, second, _), ..] => Err(refuse(format!(
                "the archive holds {} tables ({first}, {second} …); unpack the one to import",
                tables.len()
            ))),
        }
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes to expect, unpacked.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Hands a fresh stream of the table to `reading`.
    ///
    /// # Errors
    /// What opening gives, and what `reading` gives.
    pub fn stream<T>(&self, reading: impl FnOnce(&mut dyn Read) -> Result<T, ImportError>) -> Result<T, ImportError> {
        match &self.packed {
            None => {
                let file =
                    File::open(&self.path).map_err(|source| ImportError::Io { path: self.path.clone(), source })?;
                reading(&mut Bounded { inner: file, left: MOST_BYTES })
            }
            Some(packed) => {
                let mut archive = open_archive(&self.path)?;
                let entry = archive
                    .by_index(packed.index)
                    .map_err(|e| ImportError::Archive { path: self.path.clone(), reason: e.to_string() })?;
                reading(&mut Bounded { inner: entry, left: packed.limit })
            }
        }
    }
}

fn open_archive(path: &Path) -> Result<ZipArchive<BufReader<File>>, ImportError> {
    let file = File::open(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    ZipArchive::new(BufReader::new(file))
        .map_err(|e| ImportError::Archive { path: path.to_owned(), reason: format!("not a sound zip archive: {e}") })
}

fn too_large(path: &Path, size: u64) -> ImportError {
    ImportError::TooMuch(format!(
        "{}: {size} bytes are more than one import takes ({MOST_BYTES}); split the file",
        path.display()
    ))
}

/// A table by its name; what macOS and archivers add besides is none.
fn is_table(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let known = Path::new(file)
        .extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| ["csv", "tsv", "txt"].iter().any(|k| e.eq_ignore_ascii_case(k)));
    known && !file.starts_with('.') && !name.starts_with("__MACOSX/") && !file.eq_ignore_ascii_case("readme.txt")
}

/// A stream that fails once it gave more than it may: what an archive claims about its size is not trusted.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| io::Error::other("unpacks to far more than a table of this packed size ever does"))?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut zip = zip::ZipWriter::new(file.as_file_mut());
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        file
    }

    fn read_all(origin: &Origin) -> Result<Vec<u8>, ImportError> {
        origin.stream(|r| {
            let mut all = Vec::new();
            r.read_to_end(&mut all).map_err(|source| ImportError::Io { path: origin.path().to_owned(), source })?;
            Ok(all)
        })
    }

    #[test]
    fn the_one_table_in_an_archive_is_read_in_its_place() {
        let zip = archive(&[("__MACOSX/a.csv", b"junk"), ("folder/a.csv", b"id\n1\n"), ("readme.txt", b"hello")]);
        let origin = Origin::find(zip.path()).unwrap();
        assert_eq!(read_all(&origin).unwrap(), b"id\n1\n");
        assert_eq!(read_all(&origin).unwrap(), b"id\n1\n");
    }

    #[test]
    fn two_tables_in_an_archive_are_a_question_back() {
        let zip = archive(&[("a.csv", b"x"), ("b.csv", b"y")]);
        let error = Origin::find(zip.path()).unwrap_err().to_string();
        assert!(error.ends_with("the archive holds 2 tables (a.csv, b.csv …); unpack the one to import"), "{error}");
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let zip = archive(&[("bomb.csv", &vec![b'0'; 80 << 20])]);
        let error = Origin::find(zip.path()).unwrap_err().to_string();
        assert!(error.contains("would unpack to 83886080 bytes"), "{error}");
    }

    #[test]
    fn a_stream_that_gives_more_than_it_claimed_stops() {
        let mut bounded = Bounded { inner: io::repeat(b'x'), left: 1000 };
        let error = bounded.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("far more than a table"));
    }

    #[test]
    fn a_folder_is_no_table() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Origin::find(dir.path()).unwrap_err().to_string().ends_with("is a folder, not a file"));
    }
}
