//! The closed sets of words that `is:`, `has:` and `sort:` take, each with its aliases and help.

/// How a word is spelt and what it means.
#[derive(Debug)]
pub struct Spelling {
    /// The word.
    pub word: &'static str,
    /// What else is understood.
    pub aliases: &'static [&'static str],
    /// One sentence for help.
    pub help: &'static str,
}

impl Spelling {
    /// The word and its aliases.
    pub(in crate::desk) fn all(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.word).chain(self.aliases.iter().copied())
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal [$($alias:literal),*] $help:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {$(
            #[doc = $help]
            $variant,
        )*}

        impl $name {
            /// All, in the order in which help shows them.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// Its word, aliases and help.
            #[must_use]
            pub fn spelling(self) -> &'static $crate::desk::query::Spelling {
                match self {
                    $($name::$variant => &$crate::desk::query::Spelling { word: $word, aliases: &[$($alias),*], help: $help },)*
                }
            }

            /// The word for it.
            #[must_use]
            pub fn word(self) -> &'static str {
                self.spelling().word
            }

            /// What a word or alias means, in any case, `-` and `_` alike.
            #[must_use]
            pub fn named(word: &str) -> Option<$name> {
                let word = word.to_ascii_lowercase().replace('_', "-");
                $name::ALL.iter().copied().find(|one| one.spelling().all().any(|w| w == word))
            }
        }
    };
}

pub(in crate::desk) use words;

words! {
    /// What a ticket can be: `is:open`.
    Is {
        Open "open" [] "There is still work: new, active or waiting.";
        Closed "closed" [] "There is no more work: resolved or closed.";
        New "new" [] "Nobody has begun.";
        Active "active" [] "Somebody works on it.";
        Waiting "waiting" ["pending"] "It waits for somebody or something.";
        Resolved "resolved" ["done"] "Done, and not yet closed.";
        Mine "mine" [] "I am its assignee.";
        Unassigned "unassigned" [] "Nobody is its assignee.";
        Breached "breached" ["overdue"] "Open, and its due time has passed.";
        AtRisk "at-risk" ["risk"] "Open, not yet due, and three quarters of its time have passed.";
        Major "major" [] "A major incident.";
        Changed "changed" ["unread"] "Changed since I last looked.";
        Watched "watched" ["watching"] "I watch it.";
        ToApprove "to-approve" ["approvals"] "I am asked to approve it, and have not answered.";
        Conflicting "conflicting" ["conflicts"] "A change to come that would meet what nobody overrode.";
        Merged "merged" [] "Another ticket took over.";
    }
}

words! {
    /// What a ticket can have: `has:attachment`.
    Has {
        Attachment "attachment" ["attachments", "file"] "A file is attached.";
        Workaround "workaround" [] "There is a workaround.";
        RootCause "root-cause" [] "The root cause is known.";
        Description "description" [] "There is a description.";
        Resolution "resolution" [] "There is a text on how it was resolved.";
        Note "note" ["notes"] "Somebody wrote a note.";
        Reply "reply" ["replies"] "Somebody wrote a reply.";
        Task "task" ["tasks"] "There is a checklist.";
        Link "link" ["links"] "It is related to another ticket.";
        Tag "tag" ["tags"] "It has a tag.";
        Due "due" [] "It has a due time.";
    }
}

words! {
    /// What tickets can be sorted by: `sort:due,-updated`.
    SortField {
        Number "number" ["id"] "The order in which tickets reached the desk.";
        Created "created" [] "When it was opened.";
        Updated "updated" [] "When it last changed.";
        Resolved "resolved" [] "When it was resolved.";
        Closed "closed" [] "When it was closed.";
        Due "due" [] "When it should be done.";
        Priority "prio" ["priority"] "Priority, P1 first.";
        Impact "impact" [] "Impact, 1 first.";
        Urgency "urgency" [] "Urgency, 1 first.";
        State "state" [] "Where it is in its life.";
        Kind "kind" ["type"] "Incidents first, then requests, problems, changes, releases, improvements.";
        Title "title" [] "Its title.";
        Assignee "assignee" ["owner"] "The name of its assignee.";
        Requester "requester" [] "The name of its requester.";
        Team "team" [] "The name of its team.";
        Service "service" [] "The name of its service.";
        Category "category" [] "Its category.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_and_alias_means_one_thing() {
        let all = |of: Vec<&'static Spelling>| {
            let mut words: Vec<_> = of.iter().flat_map(|s| s.all()).collect();
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count);
        };
        all(Is::ALL.iter().map(|w| w.spelling()).collect());
        all(Has::ALL.iter().map(|w| w.spelling()).collect());
        all(SortField::ALL.iter().map(|w| w.spelling()).collect());
    }

    #[test]
    fn words_are_understood_in_any_case_and_with_either_dash() {
        assert_eq!(Is::named("At_Risk"), Some(Is::AtRisk));
        assert_eq!(Is::named("OVERDUE"), Some(Is::Breached));
        assert_eq!(Has::named("root_cause"), Some(Has::RootCause));
        assert_eq!(SortField::named("priority"), Some(SortField::Priority));
        assert_eq!(Is::named("opne"), None);
    }
}
