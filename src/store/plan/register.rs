//! People, teams, services, categories and settings: added and changed.

use std::collections::BTreeSet;

use crate::desk::command::Record;
use crate::desk::id::PersonId;
use crate::desk::people::{Deed, Role, Roles};
use crate::desk::refusal::Refusal;
use crate::desk::rules::Rules;
use crate::store::batch::{Row, Table, row};
use crate::store::plan::cmdb::{Standing, stand};
use crate::store::plan::draft::Draft;

pub(super) fn register(draft: &mut Draft, record: &Record) -> Result<String, Refusal> {
    match record {
        // Everybody may correct their own name and mail.
        Record::Person { id: Some(id), roles, login, active: true, .. }
            if *id == draft.me() && *roles == draft.roles && *login == draft.login => {}
        _ => draft.may(Deed::Administer)?,
    }
    match record {
        Record::Person { id, login, name, mail, roles, active } => {
            let login = key("login", login)?;
            if let Some(id) = id {
                keep_an_admin(draft, *id, roles, *active)?;
            }
            let values = row! {
                "login": login.as_str(), "name": line("name", name)?, "mail": mail.clone(), "roles": roles.to_string(), "active": i64::from(*active),
            };
            put(draft, Table::Person, id.map(|id| id.0), values, &login)?;
            Ok(format!("person {login}"))
        }
        Record::Team { id, key: wanted, name, members, active } => {
            let wanted = key("key", wanted)?;
            let values = row! { "key": wanted.as_str(), "name": line("name", name)?, "active": i64::from(*active) };
            let team = put(draft, Table::Team, id.map(|id| id.0), values, &wanted)?;
            set_members(draft, team, members)?;
            Ok(format!("team {wanted}"))
        }
        Record::Service { id, key: wanted, name, criticality, owner, team, active } => {
            let wanted = key("key", wanted)?;
            let values = row! {
                "key": wanted.as_str(), "name": line("name", name)?, "criticality": criticality.word(), "owner": owner.map(|id| id.0),
                "team": team.map(|id| id.0), "active": i64::from(*active),
            };
            let service = put(draft, Table::Service, id.map(|id| id.0), values, &wanted)?;
            let name = line("name", name)?;
            let now = Standing { name: &name, criticality: *criticality, owner: *owner, team: *team, active: *active };
            stand(draft, service, &now)?;
            Ok(format!("service {wanted}"))
        }
        Record::Category { id, key: wanted, name, parent, team, active } => {
            let wanted = key("key", wanted)?;
            if let Some(parent) = parent {
                let above: Option<Option<i64>> =
                    draft.reader.one("SELECT parent FROM category WHERE id = ?1", [parent.0], |row| row.get(0))?;
                if above.flatten().is_some() || id.map(|id| id.0) == Some(parent.0) {
                    return Err(Refusal::rule(
                        "categories have two levels; choose a category of the first level as parent",
                    ));
                }
            }
            let values = row! {
                "key": wanted.as_str(), "name": line("name", name)?, "parent": parent.map(|id| id.0), "team": team.map(|id| id.0),
                "active": i64::from(*active),
            };
            put(draft, Table::Category, id.map(|id| id.0), values, &wanted)?;
            Ok(format!("category {wanted}"))
        }
        Record::Settings(documents) => settings(draft, documents),
    }
}

/// Changes a row where it differs, or adds one.
fn put(draft: &mut Draft, table: Table, id: Option<i64>, values: Row, key: &str) -> Result<i64, Refusal> {
    let column = if table == Table::Person { "login" } else { "key" };
    let sql = format!("SELECT id FROM {} WHERE {column} = ?1", table.name());
    let taken: Option<i64> = draft.reader.one(&sql, [key], |row| row.get(0))?;
    if taken.is_some() && taken != id {
        return Err(Refusal::rule(format!("there is a {} '{key}' already", table.name())));
    }
    match id {
        Some(id) => {
            draft.update(table, id, values);
            Ok(id)
        }
        None => draft.insert(table, values),
    }
}

fn set_members(draft: &mut Draft, team: i64, members: &[PersonId]) -> Result<(), Refusal> {
    let wanted: BTreeSet<i64> = members.iter().map(|id| id.0).collect();
    let mut now = BTreeSet::new();
    for (id, person) in draft.reader.all("SELECT id, person FROM member WHERE team = ?1", [team], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })? {
        if wanted.contains(&person) {
            now.insert(person);
        } else {
            draft.delete(Table::Member, id);
        }
    }
    for person in wanted.difference(&now) {
        draft.insert(Table::Member, row! { "team": team, "person": *person })?;
    }
    Ok(())
}

/// A desk without an admin could never be administered again.
pub(crate) fn keep_an_admin(draft: &Draft, id: PersonId, roles: &Roles, active: bool) -> Result<(), Refusal> {
    if roles.has(Role::Admin) && active {
        return Ok(());
    }
    let others =
        draft.reader.people()?.iter().any(|person| person.id != id && person.active && person.roles.has(Role::Admin));
    if others { Ok(()) } else { Err(Refusal::rule("this is the desk's only admin; make another one first")) }
}

fn settings(draft: &mut Draft, documents: &[(String, Option<String>)]) -> Result<String, Refusal> {
    let mut after: Vec<(String, String)> = draft.reader.settings()?;
    let mut names = Vec::new();
    for (name, text) in documents {
        let now = after.iter().position(|(known, _)| known == name);
        let id: Option<i64> = draft.reader.one("SELECT id FROM setting WHERE name = ?1", [name], |row| row.get(0))?;
        match (text, now, id) {
            (Some(text), Some(at), Some(id)) => {
                if let Some(document) = after.get_mut(at) {
                    if document.1 == *text {
                        continue;
                    }
                    document.1.clone_from(text);
                }
                draft.update(Table::Setting, id, row! { "value": text.as_str() });
            }
            (Some(text), ..) => {
                after.push((name.clone(), text.clone()));
                draft.insert(Table::Setting, row! { "name": name.as_str(), "value": text.as_str() })?;
            }
            (None, Some(at), Some(id)) => {
                after.remove(at);
                draft.delete(Table::Setting, id);
            }
            (None, ..) => return Err(Refusal::not_found(format!("there is no setting '{name}'"))),
        }
        names.push(name.as_str());
    }
    Rules::read(after.iter().map(|(name, text)| (name.as_str(), text.as_str()))).map_err(Refusal::Rule)?;
    Ok(format!("settings {}", names.join(", ")))
}

/// A login or key: lower case, without spaces.
fn key(what: &str, text: &str) -> Result<String, Refusal> {
    let key = text.trim().to_lowercase();
    if key.is_empty()
        || key == "none"
        || key == "me"
        || key.chars().any(|c| c.is_whitespace() || c.is_control() || ",:()\"".contains(c))
    {
        return Err(Refusal::rule(format!("'{text}' can't be a {what}: letters, digits, - _ . @ without spaces")));
    }
    Ok(key)
}

fn line(what: &str, text: &str) -> Result<String, Refusal> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err(Refusal::rule(format!("a {what} is needed"))) } else { Ok(text) }
}
