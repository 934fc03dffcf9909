//! Reads a folder of pages. Nothing is followed out of it: what is no plain file or folder is left out and told.

use std::fs;
use std::io;
use std::path::Path;

/// A page is at most so long, as an article is.
const LONGEST: u64 = 4 << 20;
/// So many pages are read at once.
const MOST: usize = 20_000;
/// Folders lie at most so deep in one another.
const DEEPEST: usize = 32;

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Folder {
    /// The folder's own name.
    pub name: String,
    /// Its pages by path within it, parted by `/`, in order.
    pub pages: Vec<(String, String)>,
    /// What was left out, and why.
    pub left_out: Vec<(String, String)>,
}

/// Reads the pages of a folder, and of the folders in it. Hidden ones are passed over.
///
/// # Errors
/// When the folder itself can't be read.
pub fn read_folder(folder: &Path) -> io::Result<Folder> {
    let root = folder.canonicalize()?;
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut found = Folder { name, ..Folder::default() };
    walk(&root, "", 0, &mut found)?;
    found.pages.sort();
    found.left_out.sort();
    Ok(found)
}

fn walk(folder: &Path, within: &str, depth: usize, found: &mut Folder) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            let name = entry.file_name().to_string_lossy().into_owned();
            found.left_out.push((format!("{within}{name}"), String::from("its name is not in UTF-8")));
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{within}{name}");
        let is_page = Path::new(&name)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown"));
        // What the entry is itself, not what a link leads to.
        let kind = entry.file_type()?;
        let why = if kind.is_dir() {
            if depth < DEEPEST {
                walk(&entry.path(), &format!("{path}/"), depth + 1, found)?;
                continue;
            }
            String::from("it lies too deep")
        } else if kind.is_symlink() {
            String::from("it is a link; only what lies in the folder itself is taken")
        } else if !is_page || !kind.is_file() {
            continue;
        } else if found.pages.len() >= MOST {
            format!("at most {MOST} pages at once")
        } else if entry.metadata()?.len() > LONGEST {
            format!("a page has at most {} MiB", LONGEST >> 20)
        } else {
            match String::from_utf8(fs::read(entry.path())?) {
                Ok(text) => {
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
                    found.pages.push((path, text));
                    continue;
                }
                Err(_) => String::from("it is no text in UTF-8"),
            }
        };
        found.left_out.push((path, why));
    }
    Ok(())
}
