//! The company of the demo desk: sites, staff, teams, services, and the people who ask for help.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::desk::command::{Author, Command, Record};
use crate::desk::field::Value;
use crate::desk::id::{PersonId, TeamId};
use crate::desk::people::{Role, Roles};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::exchange::demo::stage::Stage;

static COMPANY: &str = include_str!("../../../assets/demo/company.toml");

/// `assets/demo/company.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Company {
    pub(super) label: String,
    domain: String,
    pub(super) newcomers: Vec<String>,
    people: Vec<(String, String, String, String)>,
    pub(super) site: Vec<Site>,
    staff: Vec<Staff>,
    robot: Vec<Robot>,
    team: Vec<Named>,
    service: Vec<Offer>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Staff {
    login: String,
    name: String,
    team: String,
    roles: String,
    host: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Robot {
    login: String,
    name: String,
    roles: String,
    host: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    key: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    key: String,
    name: String,
    criticality: Criticality,
    owner: String,
    team: String,
}

/// Somebody who asks for help.
pub(super) struct Asker {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) department: String,
    pub(super) site: String,
}

impl Company {
    pub(super) fn read() -> Result<Company, Refusal> {
        toml::from_str(COMPANY).map_err(|error| Refusal::Damaged(format!("company.toml: {error}")))
    }

    /// Who asks for help.
    pub(super) fn askers(&self) -> Vec<Asker> {
        self.people
            .iter()
            .map(|(login, name, department, site)| Asker {
                login: login.clone(),
                name: name.clone(),
                department: department.clone(),
                site: site.clone(),
            })
            .collect()
    }

    /// Logins of a team's staff, its lead first.
    pub(super) fn members(&self, team: &str) -> Vec<&str> {
        self.staff.iter().filter(|staff| staff.team == team).map(|staff| staff.login.as_str()).collect()
    }

    /// The lead of a team.
    pub(super) fn lead(&self, team: &str) -> &str {
        self.members(team).first().copied().unwrap_or("m.brandt")
    }

    /// Who writes under a login, and from which machine.
    pub(super) fn author(&self, login: &str, founder: &Author) -> Author {
        if login == founder.login {
            return founder.clone();
        }
        let host = self
            .staff
            .iter()
            .map(|staff| (&staff.login, &staff.host))
            .chain(self.robot.iter().map(|robot| (&robot.login, &robot.host)))
            .find(|(known, _)| *known == login)
            .map_or("aar-portal-01", |(_, host)| host.as_str());
        Author { login: login.to_owned(), via: None, host: host.to_owned() }
    }

    /// Enters everybody and everything into the desk's registers, in the founder's name.
    pub(super) fn register(&self, stage: &mut Stage) -> Result<(), Refusal> {
        let founder = stage.founder.login.clone();
        self.enter(stage, &founder, &founder, &Roles::of(&[Role::Admin, Role::Agent]))?;
        let staff = self.staff.iter().map(|staff| (&staff.login, &staff.name, &staff.roles));
        let robots = self.robot.iter().map(|robot| (&robot.login, &robot.name, &robot.roles));
        for (login, name, roles) in staff.chain(robots) {
            self.enter(stage, login, name, &Roles::parse(roles).map_err(Refusal::Rule)?)?;
        }
        for (login, name, ..) in &self.people {
            self.enter(stage, login, name, &Roles::of(&[Role::Requester]))?;
        }
        stage.people = stage.ids(|reader| Ok(reader.people()?.into_iter().map(|p| (p.login, p.id.0)).collect()))?;
        for team in &self.team {
            let also = (team.key == "desk").then_some(founder.as_str());
            let members =
                self.members(&team.key).into_iter().chain(also).filter_map(|login| stage.person(login)).collect();
            let (key, name) = (team.key.clone(), team.name.clone());
            stage.admin(Record::Team { id: None, key, name, members, active: true })?;
        }
        stage.teams = stage.ids(|reader| Ok(reader.teams()?.into_iter().map(|t| (t.key, t.id.0)).collect()))?;
        for service in &self.service {
            stage.admin(Record::Service {
                id: None,
                key: service.key.clone(),
                name: service.name.clone(),
                criticality: service.criticality,
                owner: stage.person(&service.owner),
                team: stage.teams.get(&service.team).map(|id| TeamId(*id)),
                active: true,
            })?;
        }
        stage.services = stage.ids(|reader| Ok(reader.services()?.into_iter().map(|s| (s.key, s.id.0)).collect()))?;
        stage.categories =
            stage.ids(|reader| Ok(reader.categories()?.into_iter().map(|c| (c.key, c.id.0)).collect()))?;
        Ok(())
    }

    /// Adds a person. Whoever makes the desk keeps their row and roles, should they have the login of somebody here.
    fn enter(&self, stage: &mut Stage, login: &str, name: &str, roles: &Roles) -> Result<(), Refusal> {
        let known: Option<PersonId> = stage.store.read()?.person_by_login(login)?.map(|person| person.id);
        let mine = login == stage.founder.login;
        if mine && name != login {
            return Ok(());
        }
        stage.admin(Record::Person {
            id: known,
            login: login.to_owned(),
            name: name.to_owned(),
            mail: Some(format!("{login}@{}", self.domain)),
            roles: roles.clone(),
            active: true,
        })
    }
}

/// Logins or keys with their rows.
pub(super) type Ids = BTreeMap<String, i64>;

/// What an edit holds for a row that may not exist.
pub(super) fn reference(ids: &Ids, key: &str) -> Value {
    ids.get(key).copied().into()
}

impl Stage<'_> {
    /// The person of a login.
    pub(super) fn person(&self, login: &str) -> Option<PersonId> {
        self.people.get(login).map(|id| PersonId(*id))
    }

    fn admin(&mut self, record: Record) -> Result<(), Refusal> {
        let founder = self.founder.clone();
        self.execute(Command::Register(record), &founder, None).map(|_| ())
    }
}
