//! What fails with CIs, or what they need: services first, each with its way; the tree of all; whom to tell; what is planned.

use std::collections::BTreeMap;

use crate::desk::cmdb::State;
use crate::desk::id::{CiId, Kind};
use crate::store::Reach;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::inquiry::{Reached, Struck};
use crate::tui::model::Model;
use crate::tui::screen::cmdb::record::ticket;
use crate::tui::screen::cmdb::relations::HANDFUL;
use crate::tui::screen::cmdb::text::{Spot, Text, fitted};
use crate::tui::screen::queue::timeline::Tone;

/// The impact as lines.
pub(super) fn text(model: &Model, width: usize) -> Text {
    let mut told = Text::default();
    let Some(reached) = &model.cmdb.reached else {
        told.line(Tone::Quiet, model.look.ellipsis());
        return told;
    };
    heading(&mut told, reached, model, width);
    if reached.hits.is_empty() {
        told.gap();
        let says = match reached.reach {
            Reach::Down => "Nothing that the desk knows of stops or suffers.",
            Reach::Up => "The desk knows of nothing that it needs.",
        };
        told.line(Tone::Plain, says);
    }
    let services: Vec<&Struck> = reached.hits.iter().filter(|hit| hit.service).collect();
    group(&mut told, "services", "Services", services.len(), true, model, |told| {
        for hit in &services {
            let way = ways(hit, model);
            let line = format!("  {} {} {way}", text::pad(&hit.name, 20), text::pad(word(hit.state, reached.reach), 9));
            told.stop(
                Spot::Ci(String::from("service"), hit.id),
                vec![(tone(hit.state, reached.reach), fitted(&line, width, model))],
            );
        }
    });
    let everything = if reached.reach == Reach::Down { "All that suffers" } else { "All that is needed" };
    group(&mut told, "all", everything, reached.total, true, model, |told| {
        let mut tree = Tree { told, hits: BTreeMap::new(), reach: reached.reach, model, width };
        for hit in &reached.hits {
            tree.hits.entry(hit.by).or_default().push(hit);
        }
        for (root, name) in &reached.roots {
            if reached.roots.len() > 1 {
                tree.told.line(Tone::Strong, format!("  {}", text::clean_line(name)));
            }
            tree.below(*root, 1);
        }
        if reached.total > reached.hits.len() {
            told.line(Tone::Quiet, format!("  and {} more", reached.total - reached.hits.len()));
        }
    });
    if reached.more {
        let deeper = model.key(ActionId::CiDeeper);
        told.line(Tone::Quiet, format!("There is more behind {} relations; {deeper} goes on.", reached.depth));
    }
    group(&mut told, "tell", "To tell", reached.tell.len(), true, model, |told| {
        for (name, count) in &reached.tell {
            told.line(Tone::Plain, format!("  {}  for {count} of these", text::pad(&text::clean_line(name), 24)));
        }
    });
    let is_change = |number: crate::desk::id::Number| number.kind == Kind::Change;
    for (key, title, changes) in [("tickets", "Open tickets on these", false), ("changes", "Changes to come", true)] {
        let of: Vec<_> = reached.tickets.iter().filter(|(one, _)| is_change(one.number) == changes).collect();
        group(&mut told, key, title, of.len(), true, model, |told| {
            for (one, on) in &of {
                let mut line = ticket(one.number, one, on, model, width.saturating_sub(2));
                line.insert(0, (Tone::Plain, String::from("  ")));
                told.stop(Spot::Ticket(one.id), line);
            }
        });
    }
    told
}

fn heading(told: &mut Text, reached: &Reached, model: &Model, width: usize) {
    let names: Vec<String> = reached.roots.iter().map(|(_, name)| text::clean_line(name).into_owned()).collect();
    let names = match names.len() {
        0..=3 => names.join(" and "),
        n => format!("these {n}"),
    };
    let several = reached.roots.len() > 1;
    let title = match reached.reach {
        Reach::Down => format!("What breaks if {names} fail{}", if several { "" } else { "s" }),
        Reach::Up => format!("What {names} need{}", if several { "" } else { "s" }),
    };
    told.line(Tone::Strong, fitted(&title, width, model));
    let count = |state: State| reached.hits.iter().filter(|hit| hit.state == state).count();
    let (down, degraded) = (count(State::Down), count(State::Degraded));
    let counts = match reached.reach {
        Reach::Down => format!("{down} down, {degraded} degraded"),
        Reach::Up => format!("{down} alone would stop it, {degraded} would not"),
    };
    let [turn, deeper, nearer] = [ActionId::CiImpact, ActionId::CiDeeper, ActionId::CiNearer].map(|id| model.key(id));
    let turned = if reached.reach == Reach::Down { "what it needs" } else { "what breaks" };
    let counts = if reached.hits.is_empty() { String::from("nothing") } else { counts };
    let line = format!("{counts}; over {} relations at most ({nearer} {deeper}); {turn} {turned}", reached.depth);
    told.line(Tone::Quiet, fitted(&line, width, model));
}

/// A part under a heading that folds; nothing where it is empty.
fn group(
    told: &mut Text,
    key: &str,
    title: &str,
    count: usize,
    usual: bool,
    model: &Model,
    fill: impl FnOnce(&mut Text),
) {
    if count == 0 {
        return;
    }
    let key = format!("impact/{key}");
    let open = usual != model.cmdb.folds.contains(&key);
    let sign = if open { model.look.set().open } else { model.look.set().folded };
    told.gap();
    told.stop(Spot::Fold(key, open), vec![(Tone::Strong, format!("{sign} {title} ({count})"))]);
    if open {
        fill(told);
    }
}

/// What is reached, under what it was reached from.
struct Tree<'a> {
    told: &'a mut Text,
    hits: BTreeMap<CiId, Vec<&'a Struck>>,
    reach: Reach,
    model: &'a Model,
    width: usize,
}

impl Tree<'_> {
    /// What was reached from a CI, and what from that.
    fn below(&mut self, from: CiId, depth: usize) {
        let indent = "  ".repeat(depth.min(12));
        let set = self.model.look.set();
        for hit in self.hits.remove(&from).unwrap_or_default() {
            let count = self.hits.get(&hit.id).map_or(0, Vec::len);
            let key = format!("impact/{}", hit.id);
            let open = (count <= HANDFUL) != self.model.cmdb.folds.contains(&key);
            let sign = match (count, open) {
                (0, _) => " ",
                (_, true) => set.open,
                (_, false) => set.folded,
            };
            let behind = if count > 0 && !open { format!(" ({count})") } else { String::new() };
            let name = format!("{indent}{sign} {}{behind}", text::clean_line(&hit.name));
            let words = format!("  {}, {}", word(hit.state, self.reach), hit.class);
            let room = self.width.saturating_sub(text::width(&words));
            let name = fitted(&name, room, self.model);
            self.told.stop(Spot::Ci(key, hit.id), vec![(Tone::Plain, name), (tone(hit.state, self.reach), words)]);
            if open {
                self.below(hit.id, depth + 1);
            }
        }
    }
}

/// What becomes of it; or how much it is needed: what is needed has not failed.
fn word(state: State, reach: Reach) -> &'static str {
    match (reach, state) {
        (Reach::Down, state) => state.word(),
        (Reach::Up, State::Down) => "needed",
        (Reach::Up, State::Degraded) => "wanted",
    }
}

fn tone(state: State, reach: Reach) -> Tone {
    match (reach, state) {
        (Reach::Down, State::Down) => Tone::Warning,
        (Reach::Up, State::Down) => Tone::Plain,
        (_, State::Degraded) => Tone::Quiet,
    }
}

/// `← app01 ← vm7 ← esx2`.
fn ways(hit: &Struck, model: &Model) -> String {
    let from = model.look.set().from;
    hit.path.iter().skip(1).map(|name| format!("{from} {}", text::clean_line(name))).collect::<Vec<_>>().join(" ")
}
