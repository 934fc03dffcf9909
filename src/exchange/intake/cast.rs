//! Who and what an import names: people, teams, services and categories, each word turned into a login or key once.

use std::collections::{BTreeSet, HashMap};

use super::slug;
use crate::desk::command::ImportedPerson;
use crate::desk::people::{Role, Roles};

/// Names met so far.
#[derive(Default)]
pub struct Cast {
    people: Vec<(ImportedPerson, bool)>,
    logins: Keys,
    teams: Vec<(String, String)>,
    team_keys: Keys,
    services: Vec<(String, String)>,
    service_keys: Keys,
    categories: Vec<(String, String, Option<String>)>,
    category_keys: Keys,
    /// Different words that gave the same login or key.
    merged: BTreeSet<String>,
}

/// What a word was turned into, and where that stands in its list.
#[derive(Default)]
struct Keys {
    by_word: HashMap<String, usize>,
    by_key: HashMap<String, usize>,
}

impl Keys {
    /// The place of a word's key in `list`, added by `add` where it is new.
    fn place(&mut self, word: &str, key: impl FnOnce() -> String, next: usize) -> (usize, Option<String>) {
        if let Some(place) = self.by_word.get(word) {
            return (*place, None);
        }
        let key = key();
        let place = self.by_key.get(&key).copied();
        self.by_word.insert(word.to_owned(), place.unwrap_or(next));
        match place {
            Some(place) => (place, None),
            None => {
                self.by_key.insert(key.clone(), next);
                (next, Some(key))
            }
        }
    }
}

impl Cast {
    /// The login of a person; who once works on tickets is an agent, others are requesters.
    pub fn person(&mut self, word: &str, works: bool) -> String {
        let (name, mail) = named(word);
        let (place, new) = self.logins.place(word, || slug::login(name), self.people.len());
        if let Some(login) = new {
            let mail = mail.map(str::to_owned);
            self.people.push((ImportedPerson { login, name: name.to_owned(), mail, roles: Roles::default() }, works));
        }
        let Some((person, agent)) = self.people.get_mut(place) else { return String::new() };
        *agent |= works;
        note(&mut self.merged, "person", name, &person.name, &person.login);
        person.login.clone()
    }

    /// The key of a team.
    pub fn team(&mut self, word: &str) -> String {
        one(&mut self.team_keys, &mut self.teams, &mut self.merged, "team", word)
    }

    /// The key of a service.
    pub fn service(&mut self, word: &str) -> String {
        one(&mut self.service_keys, &mut self.services, &mut self.merged, "service", word)
    }

    /// The key of a category, which may have two levels.
    pub fn category(&mut self, first: &str, second: Option<&str>) -> String {
        let above = self.level(first, None);
        match second {
            Some(second) => self.level(second, Some(above)),
            None => above,
        }
    }

    fn level(&mut self, word: &str, above: Option<String>) -> String {
        let path = above.as_ref().map_or_else(|| word.to_owned(), |above| format!("{above}\n{word}"));
        let key = || above.as_ref().map_or_else(|| slug::key(word), |above| format!("{above}.{}", slug::key(word)));
        let (place, new) = self.category_keys.place(&path, key, self.categories.len());
        if let Some(key) = new {
            self.categories.push((key, word.to_owned(), above));
        }
        let Some((key, name, _)) = self.categories.get(place) else { return String::new() };
        note(&mut self.merged, "category", word, name, key);
        key.clone()
    }

    /// All people, and sentences about words that were taken for one.
    pub fn people(&mut self) -> Vec<ImportedPerson> {
        let roles = |works| Roles::of(&[if works { Role::Agent } else { Role::Requester }]);
        std::mem::take(&mut self.people)
            .into_iter()
            .map(|(p, works)| ImportedPerson { roles: roles(works), ..p })
            .collect()
    }

    /// Teams, services, categories, and sentences about different words that were taken for one.
    #[expect(clippy::type_complexity, reason = "three lists as the command has them")]
    pub fn rest(
        self,
    ) -> (Vec<(String, String)>, Vec<(String, String)>, Vec<(String, String, Option<String>)>, Vec<String>) {
        (self.teams, self.services, self.categories, self.merged.into_iter().collect())
    }
}

fn one(
    keys: &mut Keys,
    list: &mut Vec<(String, String)>,
    merged: &mut BTreeSet<String>,
    what: &str,
    word: &str,
) -> String {
    let (place, new) = keys.place(word, || slug::key(word), list.len());
    if let Some(key) = new {
        list.push((key, word.to_owned()));
    }
    let Some((key, name)) = list.get(place) else { return String::new() };
    note(merged, what, word, name, key);
    key.clone()
}

fn note(merged: &mut BTreeSet<String>, what: &str, word: &str, first: &str, key: &str) {
    if word != first && word.to_lowercase() != first.to_lowercase() && merged.len() < 50 {
        merged.insert(format!("'{first}' and '{word}' are taken for one {what}: {key}"));
    }
}

/// The name and mail address in `Anna Smith <anna@example.org>`, `anna@example.org` or `Anna Smith`.
fn named(word: &str) -> (&str, Option<&str>) {
    let is_mail = |text: &str| text.contains('@') && !text.contains(char::is_whitespace);
    match word.strip_suffix('>').and_then(|word| word.split_once('<')) {
        Some((name, mail)) if is_mail(mail) && !name.trim().is_empty() => (name.trim(), Some(mail)),
        _ if is_mail(word) => (word, Some(word)),
        _ => (word, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_works_on_tickets_is_an_agent_and_who_only_calls_a_requester() {
        let mut cast = Cast::default();
        assert_eq!(cast.person("Anna Smith", false), "anna.smith");
        cast.person("Bob", false);
        cast.person("Anna Smith", true);
        cast.person("Zoe <zoe@example.org>", false);
        let told: Vec<String> = cast
            .people()
            .iter()
            .map(|p| format!("{} · {} · {} · {}", p.login, p.name, p.mail.as_deref().unwrap_or("-"), p.roles))
            .collect();
        assert_eq!(
            told,
            [
                "anna.smith · Anna Smith · - · agent",
                "bob · Bob · - · requester",
                "zoe · Zoe · zoe@example.org · requester"
            ]
        );
    }

    #[test]
    fn two_words_with_one_key_are_one_team_and_it_is_said() {
        let mut cast = Cast::default();
        assert_eq!((cast.team("C"), cast.team("C++"), cast.team("c")), ("c".into(), "c".into(), "c".into()));
        assert_eq!(cast.category("Network", Some("VPN")), "network.vpn");
        let (teams, _, categories, merged) = cast.rest();
        assert_eq!(teams, [("c".to_owned(), "C".to_owned())]);
        assert_eq!(categories[1], ("network.vpn".into(), "VPN".into(), Some("network".into())));
        assert_eq!(merged, ["'C' and 'C++' are taken for one team: c"]);
    }
}
