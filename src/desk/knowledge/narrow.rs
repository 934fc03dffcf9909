//! What a search for articles asks beside words: `type:runbook tag:vpn,wlan -state:draft`. A value is also the beginning of
//! longer ones, as each word of a search is.

use crate::desk::knowledge::Practice;
use crate::desk::query::{Candidate, Completion, place, quoted, ranked, rest_of_name, rest_of_value};

macro_rules! marks {
    ($($mark:ident $name:literal $help:literal;)*) => {
        /// What of an article is asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mark {$(#[doc = $help] $mark,)*}

        impl Mark {
            /// All, in the order in which completion offers them.
            pub const ALL: &[Mark] = &[$(Mark::$mark,)*];

            /// Its name before the colon.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Mark::$mark => $name,)* }
            }

            fn help(self) -> &'static str {
                match self { $(Mark::$mark => $help,)* }
            }
        }
    };
}

marks! {
    Type "type" "What kind of article it is.";
    State "state" "Where it is in its life.";
    Tag "tag" "A word to find it by.";
    Service "service" "A service that it is about, by key or name.";
    Ci "ci" "A CI that it is about, by name or number.";
    Owner "owner" "Who answers for it, by login or name; none.";
    Category "category" "What it is about, by key.";
    Audience "audience" "For whom it is: staff or everyone.";
    Language "language" "Its language: en, de.";
}

/// What an article must be, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// What of it.
    pub mark: Mark,
    /// One of these, or something that begins so; in small letters.
    pub values: Vec<String>,
    /// Whether none of them.
    pub not: bool,
}

impl Mark {
    fn named(name: &str) -> Option<Mark> {
        Mark::ALL.iter().copied().find(|mark| mark.name().eq_ignore_ascii_case(name))
    }
}

/// Reads `type:runbook,faq` at the beginning of a text: the mark, its values and what follows. `None` where none stands there;
/// without a value where it is still to be typed.
pub(super) fn read(text: &str) -> Option<(Mark, Vec<String>, &str)> {
    let (name, mut rest) = text.split_once(':')?;
    let mark = Mark::named(name)?;
    // `type: mismatch` are words.
    if rest.starts_with(char::is_whitespace) {
        return None;
    }
    let mut values = Vec::new();
    loop {
        let (value, behind) = match rest.strip_prefix('"') {
            Some(phrase) => phrase.split_once('"').unwrap_or((phrase, "")),
            None => rest.split_at(rest.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(rest.len())),
        };
        values.extend(Some(value.trim().to_lowercase()).filter(|value| !value.is_empty()));
        match behind.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Some((mark, values, behind)),
        }
    }
}

/// The names that completion offers beside types and states.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'n> {
    /// Logins.
    pub people: &'n [String],
    /// Keys.
    pub services: &'n [String],
    /// Keys.
    pub categories: &'n [String],
    /// Names.
    pub cis: &'n [String],
}

/// What could be meant at `cursor`, a byte of `text`: a mark, or a value of the mark before it.
#[must_use]
pub fn complete(text: &str, cursor: usize, practice: &Practice, known: Known) -> Completion {
    let cursor = (0..=cursor.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at_checked(cursor).unwrap_or((text, ""));
    let place = place(before, Mark::named);
    let typed = before.get(place.begin..).unwrap_or_default();
    let Some(mark) = place.field else {
        let typed = typed.to_lowercase();
        let named = Mark::ALL.iter().filter(|mark| mark.name().starts_with(&typed));
        let candidates = named.map(|mark| Candidate::new(format!("{}:", mark.name()), mark.help())).collect();
        return Completion { replace: place.begin..cursor + rest_of_name(after), candidates };
    };
    let own = |words: &[String]| words.iter().map(|word| Candidate::new(quoted(word), "")).collect::<Vec<_>>();
    let values = match mark {
        Mark::Type => practice.types.iter().map(|kind| Candidate::new(&kind.name, kind.help.clone())).collect(),
        Mark::State => practice.life.state.iter().map(|state| Candidate::new(&state.name, "")).collect(),
        Mark::Service => own(known.services),
        Mark::Ci => own(known.cis),
        Mark::Owner => {
            let nobody = Candidate::new("none", "Nobody answers for it.");
            std::iter::once(nobody).chain(own(known.people)).collect()
        }
        Mark::Category => own(known.categories),
        Mark::Audience => ["staff", "everyone"].map(|word| Candidate::new(word, "")).into(),
        Mark::Tag | Mark::Language => Vec::new(),
    };
    let candidates = ranked(values, typed.trim_start_matches('"'));
    Completion { replace: place.begin..cursor + rest_of_value(after, place.quoted), candidates }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_are_typed() {
        let read = |text: &'static str| read(text).map(|(mark, values, rest)| (mark.name(), values.join("|"), rest));
        assert_eq!(read("type:runbook disk"), Some(("type", String::from("runbook"), " disk")));
        assert_eq!(read("Tag:VPN,wlan"), Some(("tag", String::from("vpn|wlan"), "")));
        assert_eq!(read("service:\"Site Network\",mail x"), Some(("service", String::from("site network|mail"), " x")));
        assert_eq!(read("type:"), Some(("type", String::new(), "")), "still to be typed");
        assert_eq!(read("type: mismatch"), None);
        assert_eq!(read("error:1234"), None);
    }

    #[test]
    fn marks_and_their_values_are_completed() {
        let practice = crate::desk::rules::Rules::shipped().unwrap().knowledge;
        let known = Known { services: &[String::from("mail")], ..Known::default() };
        let offered = |text: &str| {
            let completion = complete(text, text.len(), &practice, known);
            completion.candidates.into_iter().map(|one| one.text).collect::<Vec<_>>()
        };
        assert_eq!(offered("vpn ta"), ["tag:"]);
        assert_eq!(offered("type:run"), ["runbook"]);
        assert_eq!(offered("service:m"), ["mail"]);
    }
}
