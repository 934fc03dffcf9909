//! Cables, as what they mean for failure: what hangs on what, and what has its power from where.

use std::collections::{BTreeMap, BTreeSet};

use super::class;
use super::dump::{Dump, Target, key};

/// What cables say, by the key of a thing.
#[derive(Default)]
pub(super) struct Cables {
    connected: BTreeMap<String, BTreeSet<String>>,
    powered: BTreeMap<String, BTreeSet<String>>,
}

impl Cables {
    /// What a thing is connected to, upstream.
    pub(super) fn connected(&self, thing: &str) -> Vec<String> {
        self.connected.get(thing).into_iter().flatten().cloned().collect()
    }

    /// What a thing has its power from.
    pub(super) fn powered(&self, thing: &str) -> Vec<String> {
        self.powered.get(thing).into_iter().flatten().cloned().collect()
    }
}

/// The cables between things. A device hangs on what stands nearer to the core, and all on the circuits.
pub(super) fn between(dump: &Dump) -> Cables {
    let mut ends: BTreeMap<i64, (Vec<Target>, Vec<Target>)> = BTreeMap::new();
    for (_, end) in dump.all("dcim.cabletermination") {
        let cable = end.get("cable").and_then(serde_json::Value::as_i64);
        let (Some(cable), Some(target)) = (cable, dump.target(end, "termination_type", "termination_id")) else {
            continue;
        };
        let is_b = end.get("cable_end").and_then(serde_json::Value::as_str) == Some("B");
        let (a, b) = ends.entry(cable).or_default();
        if is_b { b } else { a }.push(target);
    }
    let mut cables = Cables::default();
    for (a, b) in ends.values() {
        for (a, b) in a.iter().flat_map(|a| b.iter().map(move |b| (a, b))) {
            cables.add(dump, a, b);
        }
    }
    cables
}

impl Cables {
    fn add(&mut self, dump: &Dump, a: &Target, b: &Target) {
        let (Some(first), Some(second)) = (owner(dump, a), owner(dump, b)) else { return };
        if first == second {
            return;
        }
        match (a.0.as_str(), b.0.as_str()) {
            ("dcim.powerport", "dcim.poweroutlet" | "dcim.powerfeed") => {
                _ = self.powered.entry(first).or_default().insert(second)
            }
            ("dcim.poweroutlet" | "dcim.powerfeed", "dcim.powerport") => {
                _ = self.powered.entry(second).or_default().insert(first)
            }
            // Who looks at a machine's console is not needed by it.
            (console, _) | (_, console) if console.starts_with("dcim.console") => {}
            _ => {
                let (low, high) = if height(dump, a) <= height(dump, b) { (first, second) } else { (second, first) };
                self.connected.entry(low).or_default().insert(high);
            }
        }
    }
}

/// The thing whose plug it is.
fn owner(dump: &Dump, (model, row): &Target) -> Option<String> {
    let fields = dump.get(model, *row)?;
    match model.as_str() {
        "circuits.circuittermination" => key(fields, "circuit", "circuit"),
        "dcim.powerfeed" => Some(format!("powerfeed/{row}")),
        _ => key(fields, "device", "device"),
    }
}

/// How high a thing stands; of two that stand equally high, the name decides, so that it is always the same.
fn height(dump: &Dump, (model, row): &Target) -> (u8, std::cmp::Reverse<String>, std::cmp::Reverse<i64>) {
    if model == "circuits.circuittermination" {
        return (u8::MAX, std::cmp::Reverse(String::new()), std::cmp::Reverse(*row));
    }
    let device = dump.get(model, *row).and_then(|plug| dump.follow(plug, "device", "dcim.device"));
    let pk = dump.get(model, *row).and_then(|plug| plug.get("device")?.as_i64()).unwrap_or_default();
    let rank = device.map_or(0, |device| class::rank(dump, device));
    (rank, std::cmp::Reverse(device.map(class::name).unwrap_or_default()), std::cmp::Reverse(pk))
}
