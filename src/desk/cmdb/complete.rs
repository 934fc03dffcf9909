//! What could come next in a query for CIs: fields of every class, relations, and the words that each takes.

use std::borrow::Cow;

use crate::desk::cmdb::field::{Common, ENVIRONMENTS};
use crate::desk::cmdb::query::FIELDS;
use crate::desk::cmdb::{CiIs, CiSort, Model, Type};
use crate::desk::priority::Criticality;
use crate::desk::query::{Candidate, Completion, place, quoted, ranked, rest_of_name, rest_of_value};

/// What could be meant at `cursor`, a byte of `text`: a field, or a value of the field before it. `people` are logins, `teams`
/// keys.
#[must_use]
pub fn complete(text: &str, cursor: usize, model: &Model, people: &[String], teams: &[String]) -> Completion {
    let cursor = (0..=cursor.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at_checked(cursor).unwrap_or((text, ""));
    let known = fields(model);
    let place = place(before, |word| {
        let word = word.to_lowercase().replace('-', "_");
        known.iter().find(|(name, _)| *name == word).map(|(name, _)| name.clone())
    });
    let typed = before.get(place.begin..).unwrap_or_default();
    let Some(field) = place.field else {
        let named = known.into_iter().map(|(name, help)| Candidate::new(format!("{name}:"), help));
        let words = CiIs::ALL.iter().map(|is| is.spelling());
        let words = words.filter(|_| !typed.is_empty()).map(|is| Candidate::new(format!("is:{}", is.word), is.help));
        let typed = typed.to_lowercase();
        let begins = |one: &Candidate| {
            one.text.starts_with(&typed) || one.text.strip_prefix("is:").is_some_and(|word| word.starts_with(&typed))
        };
        let candidates = named.chain(words).filter(begins).collect();
        return Completion { replace: place.begin..cursor + rest_of_name(after), candidates };
    };
    // The order's `-` and a time's `<` stay.
    let kept = typed.len() - typed.trim_start_matches(['-', '<', '>', '=']).len();
    let typed = typed.get(kept..).unwrap_or_default();
    let candidates = ranked(values(&field, model, people, teams), typed.trim_start_matches('"'));
    Completion { replace: place.begin + kept..cursor + rest_of_value(after, place.quoted), candidates }
}

/// Every field with its help: those of all CIs, those of some class, the relations both ways.
fn fields(model: &Model) -> Vec<(String, Cow<'static, str>)> {
    let mut all: Vec<(String, Cow<'static, str>)> =
        FIELDS.iter().map(|(name, _, help)| ((*name).to_owned(), Cow::from(*help))).collect();
    for attribute in model.classes.all().iter().flat_map(|class| &class.attribute) {
        let help = if attribute.help.is_empty() { &attribute.label } else { &attribute.help };
        all.push((attribute.name.clone(), Cow::from(help.clone())));
    }
    for relation in model.relations.all() {
        all.push((relation.name.clone(), Cow::from(format!("What it {}; none.", relation.label))));
        let reverse = relation.reverse.replace(' ', "_");
        all.push((reverse, Cow::from(format!("What it {}; none.", relation.reverse))));
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|(name, _)| seen.insert(name.clone()));
    all
}

/// Everything that a field could take.
fn values(field: &str, model: &Model, people: &[String], teams: &[String]) -> Vec<Candidate> {
    let none = || Candidate::new("none", "Nothing is given.");
    let own = |words: &[String]| words.iter().map(|word| Candidate::new(quoted(word), "")).collect::<Vec<_>>();
    let words = |words: &[&str]| words.iter().map(|word| Candidate::new(*word, "")).collect::<Vec<_>>();
    let mut all = match field {
        "is" => return CiIs::ALL.iter().map(|is| Candidate::new(is.word(), is.spelling().help)).collect(),
        "sort" => return CiSort::ALL.iter().map(|sort| Candidate::new(sort.word(), sort.spelling().help)).collect(),
        "has" => return has(model),
        "class" => {
            let classes = model.classes.all().iter();
            return classes.map(|class| Candidate::new(&class.name, class.label.clone())).collect();
        }
        "status" => {
            let statuses = model.statuses.all().iter();
            return statuses.map(|status| Candidate::new(&status.name, status.phase.word())).collect();
        }
        "id" | "name" => return Vec::new(),
        "criticality" => words(&Criticality::ALL.map(Criticality::word)),
        "environment" => words(&ENVIRONMENTS),
        "team" => own(teams),
        "contact" | "holder" => {
            let me = Candidate::new("me", "Whoever asks.");
            std::iter::once(me).chain(own(people)).collect()
        }
        "created" | "updated" | "seen" => words(&["today", "yesterday", "<7d", ">30d"]),
        other => match model.classes.named(other).next() {
            Some(attribute) if attribute.holds == Type::Choice => own(&attribute.choices),
            Some(attribute) if attribute.holds == Type::Date => words(&["<30d", "<90d", "today"]),
            _ => Vec::new(),
        },
    };
    all.push(none());
    all
}

fn has(model: &Model) -> Vec<Candidate> {
    let mut all = vec![
        Candidate::new("relation", "Any relation."),
        Candidate::new("ticket", "A ticket that is open."),
        Candidate::new("software", "Software that an inventory found."),
    ];
    all.extend(Common::ALL.iter().map(|common| Candidate::new(common.name(), common.help())));
    let rest = fields(model).into_iter().skip(FIELDS.len());
    all.extend(rest.map(|(name, help)| Candidate::new(name, help)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::rules::Rules;

    fn offered(text: &str) -> Vec<String> {
        let model = Rules::shipped().unwrap().cmdb;
        let people = [String::from("anna")];
        complete(text, text.len(), &model, &people, &[]).candidates.into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn fields_of_classes_relations_and_their_words_are_offered() {
        assert_eq!(offered("runs"), ["runs_on:"]);
        assert_eq!(offered("fw mem"), ["memory:", "member_of:"]);
        assert_eq!(offered("class:virt"), ["virtual_machine"]);
        assert_eq!(offered("is:st"), ["stock", "stale"]);
        assert_eq!(offered("contact:"), ["me", "anna", "none"]);
        assert_eq!(offered("sort:-na"), ["name"]);
    }
}
