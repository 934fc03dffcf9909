//! Which documents of a desk are still those with which a Deskhand shipped, be it an older one.

use sha2::{Digest, Sha256};

use crate::desk::rules::DEFAULTS;

/// Every text in which a document was ever shipped, `SHA-256  name` a line: `assets/defaults/shipped.sums`.
static SUMS: &str = include_str!("../../assets/defaults/shipped.sums");

/// Whether a document was once shipped in this text: nobody on a desk that has it ever changed it.
#[must_use]
pub fn was_shipped(name: &str, text: &str) -> bool {
    let sum = sum(text);
    SUMS.lines().any(|line| line.split_once("  ") == Some((sum.as_str(), name)))
}

/// The text of a document that is shipped now.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static str> {
    DEFAULTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What a desk's document says: what its own text does, or, where nobody ever changed that, what is shipped now. So a desk made
/// by an older Deskhand goes by the newer rules like a document that it does not have at all, and one that it made its own stays.
#[must_use]
pub fn in_force<'a>(name: &str, text: &'a str) -> &'a str {
    match shipped(name) {
        Some(now) if now != text && was_shipped(name, text) => now,
        _ => text,
    }
}

fn sum(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::Kind;
    use crate::desk::rules::Rules;

    #[test]
    fn every_text_ever_shipped_is_known() {
        for (name, text) in DEFAULTS.iter().filter(|(name, _)| *name != "desk.toml") {
            let sum = sum(text);
            assert!(
                was_shipped(name, text),
                "add to assets/defaults/shipped.sums, beside the older ones: {sum}  {name}"
            );
        }
    }

    #[test]
    fn a_document_that_nobody_changed_is_the_one_shipped_now_and_one_that_somebody_did_is_theirs() {
        let old = include_str!("../../tests/samples/workflow-change-1.toml");
        let rules = Rules::read([("workflow/change.toml", old)]).unwrap();
        assert_eq!(rules.workflows[&Kind::Change], Rules::shipped().unwrap().workflows[&Kind::Change]);
        let own = old.replace("verb = \"assess\"", "verb = \"look at\"");
        let rules = Rules::read([("workflow/change.toml", own.as_str())]).unwrap();
        assert_eq!(rules.workflows[&Kind::Change].transition[0].verb, "look at");
    }
}
