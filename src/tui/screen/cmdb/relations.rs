//! A CI's relations as a tree: grouped by how they read, large groups folded, each CI unfolded in place or walked to.

use std::collections::BTreeSet;

use crate::desk::cmdb::{Need, Phase};
use crate::desk::id::CiId;
use crate::store::Related;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::model::Model;
use crate::tui::screen::cmdb::Shown;
use crate::tui::screen::cmdb::record::heading;
use crate::tui::screen::cmdb::text::{Spot, Text};
use crate::tui::screen::queue::timeline::{Line, Tone};

/// A group of more than so many is folded until it is opened.
pub(super) const HANDFUL: usize = 8;
/// One of more than so many is parted by class.
const CROWD: usize = 24;
/// What is unfolded in place goes no deeper: then one walks there.
const DEEPEST: usize = 6;

/// The tree as lines.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let mut told = Text::default();
    heading(&mut told, shown, model, width);
    told.gap();
    let sheet = &shown.record.sheet;
    if sheet.relations.is_empty() {
        let key = model.key(ActionId::CiRelate);
        told.line(Tone::Quiet, format!("It is related to nothing. {key} relates it to another CI."));
        return told;
    }
    let mut tree = Tree { model, width, told, on_way: vec![shown.id()] };
    tree.branch("", 0, &sheet.relations, &sheet.redundancies);
    tree.told
}

struct Tree<'a> {
    model: &'a Model,
    width: usize,
    told: Text,
    /// The CIs above, so that none is unfolded in itself.
    on_way: Vec<CiId>,
}

impl Tree<'_> {
    /// All relations of one CI.
    fn branch(&mut self, above: &str, depth: usize, relations: &[Related], needs: &[(String, Need)]) {
        let mut kinds: Vec<(&str, bool)> = Vec::new();
        for one in relations {
            if !kinds.contains(&(one.relation.as_str(), one.reverse)) {
                kinds.push((&one.relation, one.reverse));
            }
        }
        for (relation, reverse) in kinds {
            let group: Vec<&Related> =
                relations.iter().filter(|one| one.relation == relation && one.reverse == reverse).collect();
            let kind = self.model.rules.as_ref().and_then(|rules| rules.cmdb.relations.get(relation));
            let reading = kind.map_or(relation, |kind| kind.reading(reverse)).to_owned();
            let own = needs.iter().find(|(name, _)| name == relation).map(|(_, need)| *need);
            let need = own.or(kind.and_then(|kind| kind.need)).filter(|_| !reverse && group.len() > 1);
            let mut note = need.map_or_else(String::new, |need| format!("  {need} of {} must stand", group.len()));
            // Who told is told once where it is one for all.
            let source = group.first().and_then(|one| one.source.as_ref());
            if let Some(source) = source.filter(|_| group.iter().all(|one| one.source.as_ref() == source)) {
                note.push_str(&format!("  by {source}"));
            }
            let key = format!("{above}/{relation}{}", if reverse { "<" } else { "" });
            self.group(&key, depth, &reading, &note, &group, true);
        }
    }

    /// A group under its heading: the CIs, or their classes where they are too many.
    fn group(&mut self, key: &str, depth: usize, title: &str, note: &str, group: &[&Related], parted: bool) {
        let open = (group.len() <= HANDFUL) != self.model.cmdb.folds.contains(key);
        let set = self.model.look.set();
        let sign = if open { set.open } else { set.folded };
        let line = vec![
            (Tone::Strong, format!("{}{sign} {title} ({})", "  ".repeat(depth), group.len())),
            (Tone::Quiet, note.to_owned()),
        ];
        self.told.stop(Spot::Fold(key.to_owned(), open), line);
        if !open {
            return;
        }
        let classes: BTreeSet<&str> = group.iter().map(|one| one.class.as_str()).collect();
        if parted && group.len() > CROWD && classes.len() > 1 {
            for class in classes {
                let part: Vec<&Related> = group.iter().copied().filter(|one| one.class == class).collect();
                let label = self.label(class);
                self.group(&format!("{key}:{class}"), depth + 1, &label, "", &part, false);
            }
            return;
        }
        let mixed = group.iter().any(|one| one.source != group.first().and_then(|first| first.source.clone()));
        let widest = group.iter().map(|one| text::width(&one.name)).max().unwrap_or(0).min(32);
        for one in group {
            self.leaf(key, depth + 1, one, widest, mixed);
        }
    }

    /// One CI, and what it is related to where it is unfolded.
    fn leaf(&mut self, group: &str, depth: usize, one: &Related, widest: usize, mixed: bool) {
        let key = format!("{group}/{}", one.id);
        let open = self.model.cmdb.folds.contains(&key) && depth / 2 < DEEPEST && !self.on_way.contains(&one.id);
        let indent = "  ".repeat(depth);
        let sign = if open { self.model.look.set().open } else { " " };
        let ellipsis = self.model.look.ellipsis();
        let name = text::truncate(&text::clean_line(&one.name), widest, ellipsis).into_owned();
        let mut line: Line = vec![(Tone::Plain, format!("{indent}{sign} {}", text::pad(&name, widest + 2)))];
        let mut words = self.label(&one.class);
        let tone = match one.phase {
            Phase::Live => Tone::Quiet,
            _ => {
                words.push_str(&format!(", {}", one.status));
                if one.phase == Phase::Gone { Tone::Warning } else { Tone::Quiet }
            }
        };
        if one.soft {
            words.push_str(", soft");
        }
        if let Some(source) = one.source.as_ref().filter(|_| mixed) {
            words.push_str(&format!(", by {source}"));
        }
        let used = text::width(&indent) + 4 + widest;
        line.push((tone, text::one_line(&words, self.width.saturating_sub(used), ellipsis)));
        self.told.stop(Spot::Ci(key.clone(), one.id), line);
        if open {
            match self.model.cmdb.branches.get(&one.id) {
                Some(relations) => {
                    self.on_way.push(one.id);
                    self.branch(&key, depth + 1, relations, &[]);
                    self.on_way.pop();
                }
                None => self.told.line(Tone::Quiet, format!("{indent}    {ellipsis}")),
            }
        }
    }

    fn label(&self, class: &str) -> String {
        self.model.rules.as_ref().map_or(class, |rules| rules.cmdb.classes.label(class)).to_owned()
    }
}
