//! The people, teams, services and categories of an import: those that the desk has, and those that it gets.

use std::collections::HashMap;

use crate::desk::command::{Import, Imported, ImportedPerson};
use crate::desk::field::{Field, Shape, Value};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::cmdb::{Standing, stand};
use crate::store::plan::draft::Draft;
use crate::store::plan::import::report::ImportPlan;

/// Rows by the login or key that the import uses.
#[derive(Default)]
pub(super) struct References {
    people: HashMap<String, (i64, String)>,
    teams: HashMap<String, i64>,
    services: HashMap<String, i64>,
    categories: HashMap<String, i64>,
    criticality: HashMap<i64, Criticality>,
}

impl References {
    /// Finds each by key or name, and plans those that are not there.
    pub(super) fn settle(draft: &mut Draft, import: &Import, plan: &mut ImportPlan) -> Result<References, Refusal> {
        let mut known = References::default();
        plan.people = known.settle_people(draft, &import.people)?;
        plan.teams = known.settle_teams(draft, &import.teams)?;
        plan.services = known.settle_services(draft, &import.services)?;
        plan.categories = known.settle_categories(draft, &import.categories)?;
        Ok(known)
    }

    /// A person is known by login, else by mail address, else by a name that only one has.
    fn settle_people(&mut self, draft: &mut Draft, people: &[ImportedPerson]) -> Result<usize, Refusal> {
        let mut by_mail = HashMap::new();
        let mut by_name: HashMap<String, Option<(i64, String)>> = HashMap::new();
        for person in draft.reader.people()? {
            let row = (person.id.0, person.login.clone());
            if let Some(mail) = person.mail {
                by_mail.insert(mail.to_lowercase(), row.clone());
            }
            by_name.entry(person.name.to_lowercase()).and_modify(|known| *known = None).or_insert(Some(row.clone()));
            self.people.insert(person.login, row);
        }
        self.people.insert(draft.login.clone(), (draft.me().0, draft.login.clone()));
        let mut added = 0;
        for person in people {
            if self.people.contains_key(&person.login) {
                continue;
            }
            let mail = person.mail.as_ref().and_then(|mail| by_mail.get(&mail.to_lowercase()));
            let found = mail.or_else(|| by_name.get(&person.name.to_lowercase())?.as_ref());
            let row = match found {
                Some(row) => row.clone(),
                None => {
                    added += 1;
                    let id = draft.insert(
                        Table::Person,
                        row! {
                            "login": person.login.as_str(), "name": person.name.as_str(), "mail": person.mail.clone(),
                            "roles": person.roles.to_string(), "active": 1,
                        },
                    )?;
                    (id, person.login.clone())
                }
            };
            self.people.insert(person.login.clone(), row);
        }
        Ok(added)
    }

    fn settle_teams(&mut self, draft: &mut Draft, teams: &[(String, String)]) -> Result<usize, Refusal> {
        let mut by_name = HashMap::new();
        for team in draft.reader.teams()? {
            by_name.entry(team.name.to_lowercase()).or_insert(team.id.0);
            self.teams.insert(team.key.to_lowercase(), team.id.0);
        }
        settle_named(&mut self.teams, &by_name, teams, |key, name| {
            draft.insert(Table::Team, row! { "key": key, "name": name, "active": 1 })
        })
    }

    fn settle_services(&mut self, draft: &mut Draft, services: &[(String, String)]) -> Result<usize, Refusal> {
        let mut by_name = HashMap::new();
        for service in draft.reader.services()? {
            by_name.entry(service.name.to_lowercase()).or_insert(service.id.0);
            self.services.insert(service.key.to_lowercase(), service.id.0);
            self.criticality.insert(service.id.0, service.criticality);
        }
        settle_named(&mut self.services, &by_name, services, |key, name| {
            let criticality = Criticality::default();
            let row = row! { "key": key, "name": name, "criticality": criticality.word(), "active": 1 };
            let service = draft.insert(Table::Service, row)?;
            stand(draft, service, &Standing { name, criticality, owner: None, team: None, active: true })?;
            Ok(service)
        })
    }

    /// A category is known by key, else by its name on its level.
    fn settle_categories(
        &mut self,
        draft: &mut Draft,
        categories: &[(String, String, Option<String>)],
    ) -> Result<usize, Refusal> {
        let mut by_name = HashMap::new();
        let mut keys = HashMap::new();
        for category in draft.reader.categories()? {
            let place = (category.parent.map(|id| id.0), category.name.to_lowercase());
            by_name.entry(place).or_insert(category.id.0);
            keys.insert(category.id.0, category.key.clone());
            self.categories.insert(category.key.to_lowercase(), category.id.0);
        }
        let mut added = 0;
        for (key, name, above) in categories {
            if self.categories.contains_key(key) {
                continue;
            }
            let above = above.as_ref().and_then(|above| Some((above, *self.categories.get(above)?)));
            let place = (above.map(|(_, id)| id), name.to_lowercase());
            let id = match by_name.get(&place) {
                Some(id) => *id,
                None => {
                    // Below a category that the desk calls otherwise, a new one is called after that.
                    let called =
                        above.and_then(|(above, id)| Some((keys.get(&id)?, key.strip_prefix(above.as_str())?)));
                    let called = called.map_or_else(|| key.clone(), |(above, rest)| format!("{above}{rest}"));
                    match self.categories.get(&called) {
                        Some(id) => *id,
                        None => {
                            let row =
                                row! { "key": called.as_str(), "name": name.as_str(), "parent": place.0, "active": 1 };
                            let id = draft.insert(Table::Category, row)?;
                            added += 1;
                            keys.insert(id, called.clone());
                            self.categories.insert(called, id);
                            id
                        }
                    }
                }
            };
            self.categories.insert(key.clone(), id);
        }
        Ok(added)
    }

    /// A value with its reference found; `None` where nobody and nothing is called so.
    pub(super) fn value(&self, field: Field, value: &Imported) -> Option<Value> {
        let word = match value {
            Imported::Plain(value) => return Some(value.clone()),
            Imported::Named(word) => word,
        };
        let id = match field.shape() {
            Shape::Person => self.people.get(word).map(|(id, _)| *id),
            Shape::Team => self.teams.get(word).copied(),
            Shape::Service => self.services.get(word).copied(),
            Shape::Category => self.categories.get(word).copied(),
            _ => None,
        };
        id.map(Value::Int)
    }

    /// The row and the login here of a person.
    pub(super) fn person(&self, login: &str) -> Option<(i64, &str)> {
        self.people.get(login).map(|(id, login)| (*id, login.as_str()))
    }

    /// How much the business depends on a service.
    pub(super) fn criticality(&self, service: Option<i64>) -> Option<Criticality> {
        service.map(|id| self.criticality.get(&id).copied().unwrap_or_default())
    }
}

fn settle_named(
    known: &mut HashMap<String, i64>,
    by_name: &HashMap<String, i64>,
    wanted: &[(String, String)],
    mut add: impl FnMut(&str, &str) -> Result<i64, Refusal>,
) -> Result<usize, Refusal> {
    let mut added = 0;
    for (key, name) in wanted {
        if known.contains_key(key) {
            continue;
        }
        let id = match by_name.get(&name.to_lowercase()) {
            Some(id) => *id,
            None => {
                added += 1;
                add(key, name)?
            }
        };
        known.insert(key.clone(), id);
    }
    Ok(added)
}
