//! Records that two people change at the same time: what each changed is kept, and where both changed the same they are told.

use crate::desk::command::Record;
use crate::desk::field::Value;
use crate::desk::id::PersonId;
use crate::desk::people::{Category, Person, Service, Team};
use crate::desk::refusal::Disputed;

impl From<Person> for Record {
    fn from(person: Person) -> Record {
        let Person { id, login, name, mail, roles, active } = person;
        Record::Person { id: Some(id), login, name, mail, roles, active }
    }
}

impl From<Team> for Record {
    fn from(team: Team) -> Record {
        let Team { id, key, name, members, active } = team;
        Record::Team { id: Some(id), key, name, members, active }
    }
}

impl From<Service> for Record {
    fn from(service: Service) -> Record {
        let Service { id, key, name, criticality, owner, team, active } = service;
        Record::Service { id: Some(id), key, name, criticality, owner, team, active }
    }
}

impl From<Category> for Record {
    fn from(category: Category) -> Record {
        let Category { id, key, name, parent, team, active, .. } = category;
        Record::Category { id: Some(id), key, name, parent, team, active }
    }
}

/// What a record becomes when its editor saw `seen` and wants `yours`, while it has become `theirs`.
///
/// Members of a team come and go one by one, so they are never in dispute. Documents are taken as a whole.
///
/// # Errors
/// The fields that both changed, each otherwise; all of `yours` when the three are not of one sort.
pub fn reconcile(seen: &Record, theirs: &Record, yours: Record) -> Result<Record, Vec<Disputed>> {
    let mut merge = Merge::default();
    let merged = match (seen, theirs, yours) {
        (
            Record::Person { login: login0, name: name0, mail: mail0, roles: roles0, active: active0, .. },
            Record::Person { login: login1, name: name1, mail: mail1, roles: roles1, active: active1, .. },
            Record::Person { id, login, name, mail, roles, active },
        ) => Record::Person {
            id,
            login: merge.text("login", login0, login1, login),
            name: merge.text("name", name0, name1, name),
            mail: merge.field("mail", mail0, mail1, mail, |mail| Value::from(mail.clone())),
            roles: merge.field("roles", roles0, roles1, roles, |roles| Value::from(roles.to_string())),
            active: merge.flag("active", *active0, *active1, active),
        },
        (
            Record::Team { key: key0, name: name0, members: members0, active: active0, .. },
            Record::Team { key: key1, name: name1, members: members1, active: active1, .. },
            Record::Team { id, key, name, members, active },
        ) => Record::Team {
            id,
            key: merge.text("key", key0, key1, key),
            name: merge.text("name", name0, name1, name),
            members: members_of(members0, members1, &members),
            active: merge.flag("active", *active0, *active1, active),
        },
        (
            Record::Service {
                key: key0,
                name: name0,
                criticality: level0,
                owner: owner0,
                team: team0,
                active: active0,
                ..
            },
            Record::Service {
                key: key1,
                name: name1,
                criticality: level1,
                owner: owner1,
                team: team1,
                active: active1,
                ..
            },
            Record::Service { id, key, name, criticality, owner, team, active },
        ) => Record::Service {
            id,
            key: merge.text("key", key0, key1, key),
            name: merge.text("name", name0, name1, name),
            criticality: merge.field("criticality", level0, level1, criticality, |level| Value::from(level.word())),
            owner: merge.field("owner", owner0, owner1, owner, |owner| Value::from(owner.map(|id| id.0))),
            team: merge.field("team", team0, team1, team, |team| Value::from(team.map(|id| id.0))),
            active: merge.flag("active", *active0, *active1, active),
        },
        (
            Record::Category { key: key0, name: name0, parent: parent0, team: team0, active: active0, .. },
            Record::Category { key: key1, name: name1, parent: parent1, team: team1, active: active1, .. },
            Record::Category { id, key, name, parent, team, active },
        ) => Record::Category {
            id,
            key: merge.text("key", key0, key1, key),
            name: merge.text("name", name0, name1, name),
            parent: merge.field("parent", parent0, parent1, parent, |parent| Value::from(parent.map(|id| id.0))),
            team: merge.field("team", team0, team1, team, |team| Value::from(team.map(|id| id.0))),
            active: merge.flag("active", *active0, *active1, active),
        },
        (Record::Settings(seen), Record::Settings(theirs), Record::Settings(yours)) => {
            let mut documents = Vec::new();
            for (name, text) in yours {
                let (base, now) = (document(seen, &name), document(theirs, &name));
                let text = merge.document(&name, base, now, text);
                if text.as_deref() != now {
                    documents.push((name, text));
                }
            }
            Record::Settings(documents)
        }
        (_, _, yours) => yours,
    };
    if merge.disputed.is_empty() { Ok(merged) } else { Err(merge.disputed) }
}

fn document<'a>(documents: &'a [(String, Option<String>)], name: &str) -> Option<&'a str> {
    documents.iter().find(|(known, _)| known == name).and_then(|(_, text)| text.as_deref())
}

/// Who is there now, with those whom you let in and without those whom you let go.
fn members_of(seen: &[PersonId], theirs: &[PersonId], yours: &[PersonId]) -> Vec<PersonId> {
    let stays = |id: &&PersonId| yours.contains(id) || !seen.contains(id);
    let comes = |id: &&PersonId| !seen.contains(id) && !theirs.contains(id);
    theirs.iter().filter(stays).chain(yours.iter().filter(comes)).copied().collect()
}

/// Field after field, and what is in dispute so far.
#[derive(Default)]
struct Merge {
    disputed: Vec<Disputed>,
}

impl Merge {
    fn field<T: Clone + PartialEq>(
        &mut self,
        name: &str,
        base: &T,
        theirs: &T,
        yours: T,
        show: impl Fn(&T) -> Value,
    ) -> T {
        if yours == *base || yours == *theirs {
            return theirs.clone();
        }
        if theirs != base {
            let (base, theirs, yours) = (show(base), show(theirs), show(&yours));
            self.disputed.push(Disputed { field: name.to_owned(), base, theirs, yours });
        }
        yours
    }

    fn text(&mut self, name: &str, base: &String, theirs: &String, yours: String) -> String {
        self.field(name, base, theirs, yours, |text| Value::from(text.as_str()))
    }

    fn flag(&mut self, name: &str, base: bool, theirs: bool, yours: bool) -> bool {
        self.field(name, &base, &theirs, yours, |flag| Value::from(if *flag { "yes" } else { "no" }))
    }

    /// Of documents only the lines between those that all three share are shown.
    fn document(
        &mut self,
        name: &str,
        base: Option<&str>,
        theirs: Option<&str>,
        yours: Option<String>,
    ) -> Option<String> {
        let lines = |text: Option<&str>| text.unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
        let three = [lines(base), lines(theirs), lines(yours.as_deref())];
        let shortest = three.iter().map(Vec::len).min().unwrap_or(0);
        let same = |at: &dyn Fn(&[String]) -> Option<String>| {
            let [a, b, c] = [at(&three[0]), at(&three[1]), at(&three[2])];
            a == b && b == c
        };
        let head = (0..shortest).take_while(|n| same(&|lines| lines.get(*n).cloned())).count();
        let tail = (1..=shortest - head).take_while(|n| same(&|lines| lines.get(lines.len() - n).cloned())).count();
        let show = |text: &Option<String>| match text.as_deref() {
            None => Value::Null,
            Some(text) => {
                let lines: Vec<&str> = text.lines().collect();
                Value::from(lines.get(head..lines.len() - tail).unwrap_or_default().join("\n"))
            }
        };
        self.field(name, &base.map(str::to_owned), &theirs.map(str::to_owned), yours, show)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::TeamId;
    use crate::desk::people::{Role, Roles};

    fn bob(mail: Option<&str>, role: Role) -> Record {
        let (login, name) = (String::from("bob"), String::from("Bob"));
        let mail = mail.map(str::to_owned);
        Record::Person { id: Some(PersonId(2)), login, name, mail, roles: Roles::of(&[role]), active: true }
    }

    #[test]
    fn a_new_mail_address_does_not_give_back_a_role_that_was_revoked_meanwhile() {
        let seen = bob(None, Role::Admin);
        let merged = reconcile(&seen, &bob(None, Role::Agent), bob(Some("bob@lab"), Role::Admin));
        assert_eq!(merged, Ok(bob(Some("bob@lab"), Role::Agent)));
    }

    #[test]
    fn a_field_that_both_changed_is_told_with_base_theirs_and_yours() {
        let disputed =
            reconcile(&bob(None, Role::Agent), &bob(Some("b@lab"), Role::Lead), bob(Some("bob@lab"), Role::Agent));
        let mail = Disputed {
            field: String::from("mail"),
            base: Value::Null,
            theirs: Value::from("b@lab"),
            yours: Value::from("bob@lab"),
        };
        assert_eq!(disputed, Err(vec![mail]));
        // The same wish twice is no dispute.
        assert_eq!(
            reconcile(&bob(None, Role::Agent), &bob(None, Role::Lead), bob(None, Role::Lead)),
            Ok(bob(None, Role::Lead))
        );
    }

    #[test]
    fn members_come_and_go_one_by_one() {
        let net = |members: &[i64]| Record::Team {
            id: Some(TeamId(1)),
            key: String::from("net"),
            name: String::from("Network"),
            members: members.iter().map(|id| PersonId(*id)).collect(),
            active: true,
        };
        assert_eq!(reconcile(&net(&[1, 2]), &net(&[1, 2, 3]), net(&[2, 4])), Ok(net(&[2, 3, 4])));
        assert_eq!(reconcile(&net(&[1, 2]), &net(&[2]), net(&[1, 2, 3])), Ok(net(&[2, 3])));
    }

    #[test]
    fn documents_are_merged_one_by_one_and_only_what_differs_is_shown() {
        let one = |text: &str| Record::Settings(vec![(String::from("desk.toml"), Some(text.to_owned()))]);
        let disputed = reconcile(&one("a\nb\nc"), &one("a\nB\nc"), one("a\nb2\nb3\nc")).unwrap_err();
        assert_eq!((&disputed[0].base, &disputed[0].theirs), (&Value::from("b"), &Value::from("B")));
        assert_eq!(disputed[0].yours, Value::from("b2\nb3"));
        assert_eq!(reconcile(&one("a"), &one("b"), one("a")), Ok(Record::Settings(Vec::new())), "theirs stays");
        assert_eq!(reconcile(&one("a"), &one("a"), one("b")), Ok(one("b")));
    }
}
