//! People, teams, services and categories: found by what people type, named for who reads.

use std::collections::HashMap;

use rusqlite::Row;

use crate::desk::field::{Field, Shape, Value};
use crate::desk::id::{CategoryId, CiId, PersonId, ServiceId, TeamId};
use crate::desk::people::{Category, Person, Roles, Service, Team};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::store::reader::Reader;

/// The names behind references, looked up once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    people: HashMap<PersonId, (String, String)>,
    teams: HashMap<TeamId, (String, String)>,
    services: HashMap<ServiceId, (String, String)>,
    categories: HashMap<CategoryId, (String, String)>,
    /// Names of CIs by number.
    cis: HashMap<String, String>,
}

impl Names {
    /// The login of a person.
    #[must_use]
    pub fn login(&self, id: PersonId) -> &str {
        self.people.get(&id).map_or("?", |(login, _)| login)
    }

    /// The name of a person.
    #[must_use]
    pub fn person(&self, id: PersonId) -> &str {
        self.people.get(&id).map_or("?", |(_, name)| name)
    }

    /// The key of a team.
    #[must_use]
    pub fn team(&self, id: TeamId) -> &str {
        self.teams.get(&id).map_or("?", |(key, _)| key)
    }

    /// The name of a service.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> &str {
        self.services.get(&id).map_or("?", |(_, name)| name)
    }

    /// Both levels of a category: `Network / VPN`.
    #[must_use]
    pub fn category(&self, id: CategoryId) -> &str {
        self.categories.get(&id).map_or("?", |(_, path)| path)
    }

    /// The name of the CI of a number, `CI-118`, where the text is one.
    #[must_use]
    pub fn ci(&self, number: &str) -> Option<&str> {
        self.cis.get(number).map(String::as_str)
    }

    /// Takes the names of another look-up too.
    pub fn join(&mut self, other: Names) {
        self.people.extend(other.people);
        self.teams.extend(other.teams);
        self.services.extend(other.services);
        self.categories.extend(other.categories);
        self.cis.extend(other.cis);
    }

    /// What a reference says, for people: a name; for machines (`key`), the login or key.
    #[must_use]
    pub fn reference(&self, field: Field, id: i64, key: bool) -> Option<&str> {
        let pair = match field.shape() {
            Shape::Person => self.people.get(&PersonId(id)),
            Shape::Team => self.teams.get(&TeamId(id)),
            Shape::Service => self.services.get(&ServiceId(id)),
            Shape::Category => self.categories.get(&CategoryId(id)),
            _ => None,
        }?;
        Some(if key { &pair.0 } else { &pair.1 })
    }
}

impl Reader<'_> {
    /// The names behind these references.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn names<'v>(&self, references: impl IntoIterator<Item = (Field, &'v Value)>) -> Result<Names, Refusal> {
        let mut names = Names::default();
        for (field, value) in references {
            if field.shape() == Shape::Ci
                && let Some(number) = value.text()
                && let Ok(ci) = number.parse::<CiId>()
                && !names.cis.contains_key(number)
            {
                names.cis.extend(self.ci_name(ci)?.map(|name| (number.to_owned(), name)));
            }
            let Some(id) = value.int() else { continue };
            match field.shape() {
                Shape::Person if !names.people.contains_key(&PersonId(id)) => {
                    if let Some(person) = self.person(PersonId(id))? {
                        names.people.insert(person.id, (person.login, person.name));
                    }
                }
                Shape::Team if !names.teams.contains_key(&TeamId(id)) => {
                    if let Some(pair) = self.pair("SELECT key, name FROM team WHERE id = ?1", id)? {
                        names.teams.insert(TeamId(id), pair);
                    }
                }
                Shape::Service if !names.services.contains_key(&ServiceId(id)) => {
                    if let Some(pair) = self.pair("SELECT key, name FROM service WHERE id = ?1", id)? {
                        names.services.insert(ServiceId(id), pair);
                    }
                }
                Shape::Category if !names.categories.contains_key(&CategoryId(id)) => {
                    if let Some(pair) = self.pair(
                        "SELECT c.key, ifnull(p.name || ' / ', '') || c.name FROM category c LEFT JOIN category p ON p.id = c.parent WHERE c.id = ?1",
                        id,
                    )? {
                        names.categories.insert(CategoryId(id), pair);
                    }
                }
                _ => {}
            }
        }
        Ok(names)
    }

    fn pair(&self, sql: &'static str, id: i64) -> Result<Option<(String, String)>, Refusal> {
        self.one(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// A person by row.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn person(&self, id: PersonId) -> Result<Option<Person>, Refusal> {
        self.one("SELECT id, login, name, mail, roles, active FROM person WHERE id = ?1", [id.0], person)
    }

    /// A person by login, in any case.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn person_by_login(&self, login: &str) -> Result<Option<Person>, Refusal> {
        self.one(
            "SELECT id, login, name, mail, roles, active FROM person WHERE login = ?1",
            [login.to_lowercase()],
            person,
        )
    }

    /// The row that the next person gets; a login that changes something here for the first time will have it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn next_person(&self) -> Result<PersonId, Refusal> {
        let last = self.one("SELECT last FROM counter WHERE name = 'person'", [], |row| row.get::<_, i64>(0))?;
        let next = last.unwrap_or(0).checked_add(1);
        next.map(PersonId).ok_or_else(|| Refusal::rule("no number is left for another person"))
    }

    /// The login, key or name of a record that is no ticket, by its table and row.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn key_of(&self, table: &str, row: i64) -> Result<Option<String>, Refusal> {
        let sql = match table {
            "person" => "SELECT login FROM person WHERE id = ?1",
            "team" => "SELECT key FROM team WHERE id = ?1",
            "service" => "SELECT key FROM service WHERE id = ?1",
            "category" => "SELECT key FROM category WHERE id = ?1",
            "setting" => "SELECT name FROM setting WHERE id = ?1",
            "window" => "SELECT name FROM window WHERE id = ?1",
            "article" => "SELECT title FROM article WHERE id = ?1",
            _ => return Ok(None),
        };
        self.one(sql, [row], |row| row.get(0))
    }

    /// All people, active ones first, by name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn people(&self) -> Result<Vec<Person>, Refusal> {
        self.all("SELECT id, login, name, mail, roles, active FROM person ORDER BY active DESC, name, id", [], person)
    }

    /// All teams, active ones first, by name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn teams(&self) -> Result<Vec<Team>, Refusal> {
        let mut members: HashMap<i64, Vec<PersonId>> = HashMap::new();
        for (team, person) in self.all("SELECT team, person FROM member ORDER BY team, person", [], |row| {
            Ok((row.get::<_, i64>(0)?, PersonId(row.get(1)?)))
        })? {
            members.entry(team).or_default().push(person);
        }
        self.all("SELECT id, key, name, active FROM team ORDER BY active DESC, name, id", [], |row| {
            let id: i64 = row.get(0)?;
            Ok(Team {
                id: TeamId(id),
                key: row.get(1)?,
                name: row.get(2)?,
                members: members.remove(&id).unwrap_or_default(),
                active: row.get(3)?,
            })
        })
    }

    /// All services, active ones first, by name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn services(&self) -> Result<Vec<Service>, Refusal> {
        self.all(
            "SELECT id, key, name, criticality, owner, team, active FROM service ORDER BY active DESC, name, id",
            [],
            |row| {
                Ok(Service {
                    id: ServiceId(row.get(0)?),
                    key: row.get(1)?,
                    name: row.get(2)?,
                    criticality: Criticality::named(&row.get::<_, String>(3)?).unwrap_or_default(),
                    owner: row.get::<_, Option<i64>>(4)?.map(PersonId),
                    team: row.get::<_, Option<i64>>(5)?.map(TeamId),
                    active: row.get(6)?,
                })
            },
        )
    }

    /// All categories, active ones first, by path.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn categories(&self) -> Result<Vec<Category>, Refusal> {
        self.all(
            "SELECT c.id, c.key, c.name, c.parent, ifnull(p.name || ' / ', '') || c.name AS path, c.team, c.active
               FROM category c LEFT JOIN category p ON p.id = c.parent
              ORDER BY c.active DESC, path, c.id",
            [],
            |row| {
                Ok(Category {
                    id: CategoryId(row.get(0)?),
                    key: row.get(1)?,
                    name: row.get(2)?,
                    parent: row.get::<_, Option<i64>>(3)?.map(CategoryId),
                    path: row.get(4)?,
                    team: row.get::<_, Option<i64>>(5)?.map(TeamId),
                    active: row.get(6)?,
                })
            },
        )
    }

    /// The person that somebody means: by login, or by full name where only one has it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest login.
    pub fn find_person(&self, word: &str) -> Result<Person, Refusal> {
        if let Some(person) = self.person_by_login(word)? {
            return Ok(person);
        }
        let mut named = self.all(
            "SELECT id, login, name, mail, roles, active FROM person WHERE name = ?1 COLLATE NOCASE OR mail = ?1 COLLATE NOCASE",
            [word],
            person,
        )?;
        match (named.pop(), named.pop()) {
            (Some(person), None) => Ok(person),
            (Some(one), Some(other)) => {
                Err(Refusal::rule(format!("'{word}' may be {} or {}; give the login", one.login, other.login)))
            }
            _ => {
                let known: Vec<String> =
                    self.all("SELECT login FROM person WHERE active = 1 LIMIT 20000", [], |row| row.get(0))?;
                Err(unknown("person", word, known.iter().map(String::as_str)))
            }
        }
    }

    /// The team that somebody means, by key or name.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest key.
    pub fn find_team(&self, word: &str) -> Result<Team, Refusal> {
        let teams = self.teams()?;
        if let Some(team) = teams.iter().find(|team| same(&team.key, word) || same(&team.name, word)) {
            return Ok(team.clone());
        }
        Err(unknown("team", word, teams.iter().flat_map(|team| [team.key.as_str(), team.name.as_str()])))
    }

    /// The service that somebody means, by key or name.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest key.
    pub fn find_service(&self, word: &str) -> Result<Service, Refusal> {
        let services = self.services()?;
        if let Some(service) = services.iter().find(|service| same(&service.key, word) || same(&service.name, word)) {
            return Ok(service.clone());
        }
        Err(unknown("service", word, services.iter().flat_map(|service| [service.key.as_str(), service.name.as_str()])))
    }

    /// The category that somebody means, by key, path or, where only one has it, name.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest key.
    pub fn find_category(&self, word: &str) -> Result<Category, Refusal> {
        let categories = self.categories()?;
        if let Some(category) =
            categories.iter().find(|category| same(&category.key, word) || same(&category.path, word))
        {
            return Ok(category.clone());
        }
        let named: Vec<&Category> = categories.iter().filter(|category| same(&category.name, word)).collect();
        match named.as_slice() {
            [category] => Ok((*category).clone()),
            [one, other, ..] => {
                Err(Refusal::rule(format!("'{word}' may be {} or {}; give the key", one.key, other.key)))
            }
            [] => Err(unknown(
                "category",
                word,
                categories.iter().flat_map(|category| [category.key.as_str(), category.name.as_str()]),
            )),
        }
    }

    /// What a person may do here; a login that the desk does not know yet gets the role of newcomers when it first changes
    /// something.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn roles_of(&self, login: &str) -> Result<Roles, Refusal> {
        Ok(self
            .person_by_login(login)?
            .map_or_else(|| Roles::of(&[self.rules().settings.newcomers]), |person| person.roles))
    }
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: PersonId(row.get(0)?),
        login: row.get(1)?,
        name: row.get(2)?,
        mail: row.get(3)?,
        roles: Roles::from(row.get::<_, String>(4)?),
        active: row.get(5)?,
    })
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str>) -> Refusal {
    Refusal::not_found(match nearest(word, known) {
        Some(near) => format!("there is no {what} '{word}'; did you mean '{near}'?"),
        None => format!("there is no {what} '{word}'; see: deskhand {what} list"),
    })
}
