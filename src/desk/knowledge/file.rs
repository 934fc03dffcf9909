//! Files of articles: what they may be called, and how a text shows them: `![the rack](attachment:rack%202.png)`.

use std::collections::BTreeSet;

use crate::text::address::{decoded, encoded};
use crate::text::markdown::gist;

/// How the address of an article's own file begins.
const SCHEME: &str = "attachment:";

/// The address by which a text shows a file of its article.
#[must_use]
pub fn file_address(name: &str) -> String {
    format!("{SCHEME}{}", encoded(name))
}

/// The name of the file that an address shows.
///
/// ```
/// # use deskhand::desk::knowledge::{file_address, shown_file};
/// assert_eq!(shown_file(&file_address("rack 2.png")).as_deref(), Some("rack 2.png"));
/// assert_eq!(shown_file("attachment:../x"), None);
/// ```
#[must_use]
pub fn shown_file(address: &str) -> Option<String> {
    decoded(address.strip_prefix(SCHEME)?).filter(|name| !name.is_empty() && *name == safe_name(name))
}

/// The files of its article that a text shows.
#[must_use]
pub fn files_in(body: &str) -> BTreeSet<String> {
    gist(body).links.iter().filter_map(|address| shown_file(address)).collect()
}

/// A file name that stays in its folder: the last part of a path, without control characters.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    match clean.trim().trim_matches('.') {
        "" => String::from("file"),
        _ => clean.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_never_leaves_its_folder() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\temp\\log.txt"), "log.txt");
        assert_eq!(safe_name("a\u{1b}[2Jb.txt"), "a[2Jb.txt");
        assert_eq!(safe_name(".."), "file");
        assert_eq!(safe_name(".bashrc"), ".bashrc");
    }

    #[test]
    fn any_name_is_shown_by_its_address_alone() {
        for name in
            ["a.png", "my rack (2) <x>.png", "100%.png", "größe.png", "a]b[c.png", "\"q\"#1?.png", ".x", "*_`.png"]
        {
            let text = format!("![p]({}) and [it]({} \"t\")\n", file_address(name), file_address(name));
            assert_eq!(files_in(&text), BTreeSet::from([name.to_owned()]), "{text}");
        }
        for other in ["attachment:", "attachment:..", "attachment:a%2Fb", "attachment:a/b", "x.png", "KB-3"] {
            assert_eq!(shown_file(other), None, "{other}");
        }
    }
}
