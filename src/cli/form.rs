//! Text from `$EDITOR`. What was typed lies in a file of its own until the desk has taken it: nothing typed is lost.

use std::path::{Path, PathBuf};

use crate::cli::failure::{Failure, Outcome};
use crate::desk::refusal::Refusal;
use crate::home::Home;
use crate::tui::term::Lend;

/// A text that somebody wrote in their editor.
pub(super) struct Edited {
    file: PathBuf,
    text: String,
}

/// Opens the editor on `text` and returns what became of it.
pub(super) fn edit(what: &str, text: &str) -> Outcome<Edited> {
    let home = Home::find().ok_or_else(|| Failure::usage("there is no home folder to keep a draft in; use -m"))?;
    let folder = home.state.join("drafts");
    std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    let file = folder.join(format!("{what}-{}.md", std::process::id()));
    std::fs::write(&file, text).map_err(|error| Failure::file(&file, &error))?;
    let ended = Lend::editor(&file).run();
    let ended = ended.map_err(|error| {
        Failure::Refused(Refusal::Unavailable(format!(
            "the editor can't be started: {error}; set EDITOR to one that is installed"
        )))
    })?;
    let text = read(&file)?;
    let edited = Edited { file, text };
    if ended.success() { Ok(edited) } else { Err(edited.kept(Failure::rule("the editor ended with an error"))) }
}

fn read(file: &Path) -> Outcome<String> {
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Edited {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The desk has it: the draft may go.
    pub(super) fn done(&self) {
        // A draft that stays behind is no harm.
        let _ = std::fs::remove_file(&self.file);
    }

    /// The desk refused it: says why, and where the text is.
    pub(super) fn kept(&self, failure: Failure) -> Failure {
        self.kept_with(failure, "")
    }

    /// The desk refused it: says why, where the text is, and the command that goes on with it when it ends with the file.
    pub(super) fn kept_for(&self, failure: Failure, command: &str) -> Failure {
        self.kept_with(failure, &format!("; to go on with it: {command} {}", quoted(&self.file)))
    }

    fn kept_with(&self, failure: Failure, go_on: &str) -> Failure {
        let more = format!("\nWhat you wrote is kept in {}{go_on}", self.file.display());
        match failure {
            Failure::Usage(text) => Failure::Usage(text + &more),
            Failure::Refused(refusal) if refusal.exit_code() == 4 => {
                Failure::Refused(Refusal::Unavailable(refusal.to_string() + &more))
            }
            Failure::Refused(refusal) if refusal.exit_code() == 3 => Failure::not_found(refusal.to_string() + &more),
            Failure::Refused(Refusal::Damaged(text)) => Failure::Refused(Refusal::Damaged(text + &more)),
            other => Failure::rule(other.to_string() + &more),
        }
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// A form: `name: value` lines, a blank line, then a text of any length. Lines of the head that begin with # are remarks.
pub(super) fn parse(text: &str) -> Outcome<(Vec<(String, String)>, String)> {
    let mut lines = text.lines();
    let mut pairs = Vec::new();
    for line in lines.by_ref() {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with('#') {
            continue;
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| Failure::usage(format!("'{line}' is no field; they look like title: VPN down")))?;
        pairs.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Ok((pairs, lines.collect::<Vec<_>>().join("\n").trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_fields_a_blank_line_and_a_text() {
        let (pairs, text) =
            parse("# What is it about?\ntitle: VPN: down\nurgency: 2\n\nSince 9.\n\n# not a remark\n").unwrap();
        assert_eq!(
            pairs,
            [(String::from("title"), String::from("VPN: down")), (String::from("urgency"), String::from("2"))]
        );
        assert_eq!(text, "Since 9.\n\n# not a remark");
        assert!(parse("just text\n").is_err());
    }
}
