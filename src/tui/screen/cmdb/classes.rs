//! The tree of classes, with how many CIs each has, those of the classes below it counted in.

use std::collections::BTreeMap;

use crate::desk::cmdb::{Model, Phase};
use crate::tui::screen::cmdb::Cmdb;

/// A row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassRow {
    /// The class's word.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// How deep it stands.
    pub depth: usize,
    /// How many CIs are of it or below it, without those that are gone.
    pub count: i64,
    /// Whether there is something below it.
    pub folds: bool,
    /// Whether that is shown.
    pub open: bool,
    /// The class above it.
    pub parent: Option<String>,
}

impl Cmdb {
    /// How many CIs are of each class or below it, without those that are gone.
    fn summed<'a>(&self, model: &'a Model) -> BTreeMap<&'a str, i64> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for (class, _, count) in self.counts.iter().filter(|(_, phase, _)| *phase != Phase::Gone) {
            for above in model.classes.lineage(class) {
                *counts.entry(above.name.as_str()).or_default() += count;
            }
        }
        counts
    }

    /// Every class with its label and count.
    #[must_use]
    pub fn class_counts(&self, model: &Model) -> Vec<(String, String, i64)> {
        let counts = self.summed(model);
        let count = |name: &str| counts.get(name).copied().unwrap_or(0);
        let all = model.classes.all().iter();
        all.map(|class| (class.name.clone(), class.label.clone(), count(&class.name))).collect()
    }

    /// The rows of the tree as it is folded. A class without a CI is left out.
    #[must_use]
    pub fn class_rows(&self, model: &Model) -> Vec<ClassRow> {
        let counts = self.summed(model);
        let mut rows = Vec::new();
        if let Some(root) = model.classes.all().first() {
            self.descend(model, &root.name, 0, &counts, &mut rows);
        }
        rows
    }

    fn descend(&self, model: &Model, name: &str, depth: usize, counts: &BTreeMap<&str, i64>, rows: &mut Vec<ClassRow>) {
        let Some(class) = model.classes.get(name) else { return };
        let count = |name: &str| counts.get(name).copied().unwrap_or(0);
        let below: Vec<&str> = model
            .classes
            .all()
            .iter()
            .filter(|one| one.parent.as_deref() == Some(name))
            .map(|one| one.name.as_str())
            .filter(|one| count(one) > 0 || self.class(model) == *one)
            .collect();
        // The root is open, what is below it is closed; the way to the class shown is open.
        let leads = name != self.class(model) && model.classes.is(self.class(model), name);
        let open = leads || self.turned.contains(name) != (depth == 0);
        rows.push(ClassRow {
            name: name.to_owned(),
            label: if depth == 0 { String::from("All") } else { class.label.clone() },
            depth,
            count: count(name),
            folds: !below.is_empty(),
            open,
            parent: class.parent.clone(),
        });
        if open {
            for one in below {
                self.descend(model, one, depth + 1, counts, rows);
            }
        }
    }

    /// Folds or unfolds a class.
    pub fn turn_class(&mut self, name: &str) {
        if !self.turned.remove(name) {
            self.turned.insert(name.to_owned());
        }
    }
}
