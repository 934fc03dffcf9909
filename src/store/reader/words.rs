//! The names of a desk, all at once: what completion offers while a query is typed.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::query;
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;

/// At most so many tags are offered, those most in use.
const TAGS: i64 = 500;

/// The names of a desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    people: Vec<String>,
    teams: Vec<String>,
    services: Vec<String>,
    categories: Vec<String>,
    states: Vec<String>,
    tags: Vec<String>,
    choices: BTreeMap<&'static str, Vec<String>>,
}

impl Reader<'_> {
    /// The names of the desk, for completion.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn words(&self) -> Result<Words, Refusal> {
        let rules = self.rules();
        let mut known = BTreeSet::new();
        let states = rules.workflows.values().flat_map(|workflow| &workflow.state).map(|state| state.name.clone());
        let lists = ["channel", "resolution_code", "cause_code", "pending_reason"];
        Ok(Words {
            people: self.people()?.into_iter().filter(|person| person.active).map(|person| person.login).collect(),
            teams: self.teams()?.into_iter().filter(|team| team.active).map(|team| team.key).collect(),
            services: self.services()?.into_iter().filter(|service| service.active).map(|s| s.key).collect(),
            categories: self.categories()?.into_iter().map(|category| category.path).collect(),
            states: states.filter(|name| known.insert(name.clone())).collect(),
            tags: self.all(
                "SELECT name FROM tag GROUP BY name ORDER BY count(*) DESC, name LIMIT ?1",
                [TAGS],
                |row| row.get(0),
            )?,
            choices: lists.map(|list| (list, rules.words(list).into_iter().map(str::to_owned).collect())).into(),
        })
    }
}

impl query::Names for Words {
    fn people(&self) -> Vec<String> {
        self.people.clone()
    }
    fn teams(&self) -> Vec<String> {
        self.teams.clone()
    }
    fn services(&self) -> Vec<String> {
        self.services.clone()
    }
    fn categories(&self) -> Vec<String> {
        self.categories.clone()
    }
    fn states(&self) -> Vec<String> {
        self.states.clone()
    }
    fn tags(&self) -> Vec<String> {
        self.tags.clone()
    }
    fn choices(&self, list: &str) -> Vec<String> {
        self.choices.get(list).cloned().unwrap_or_default()
    }
}
