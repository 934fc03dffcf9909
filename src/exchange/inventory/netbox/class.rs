//! What NetBox's roles and states are here.

use serde_json::Value as Json;

use super::dump::Dump;
use crate::exchange::inventory::tell::text;

/// Words in the name of a role, the class that they mean, and how far up failure comes from: the core takes more along
/// than what hangs on it.
const ROLES: [(&[&str], &str, u8); 17] = [
    (&["firewall"], "firewall", 7),
    (&["load balancer", "loadbalancer"], "load_balancer", 6),
    (&["router", "gateway"], "router", 8),
    (&["core switch", "core"], "switch", 5),
    (&["distribution", "aggregation", "spine"], "switch", 4),
    (&["access point", "wireless", "wap"], "access_point", 1),
    (&["access", "tor", "leaf", "edge"], "switch", 2),
    (&["switch"], "switch", 3),
    (&["patch panel", "patchpanel"], "network_device", 2),
    (&["console", "oob", "network"], "network_device", 2),
    (&["pdu", "ups", "power"], "power", 0),
    (&["storage", "san", "nas"], "storage_array", 1),
    (&["hypervisor", "esx", "virtual host", "vm host"], "hypervisor", 0),
    (&["server", "compute", "blade", "appliance"], "server", 0),
    (&["printer"], "printer", 0),
    (&["phone"], "mobile", 0),
    (&["camera", "sensor", "kvm"], "peripheral", 0),
];

/// The name of a device's or virtual machine's role.
pub(super) fn role(dump: &Dump, fields: &Json) -> Option<String> {
    // Before 3.6, a device's role was called otherwise.
    let field = if fields.get("role").is_some() { "role" } else { "device_role" };
    dump.name(fields, field, "dcim.devicerole")
}

fn meant(dump: &Dump, device: &Json) -> Option<(&'static str, u8)> {
    let role = role(dump, device)?.to_lowercase();
    // A short word is one only by itself: `tor` is not in `storage`.
    let words: Vec<&str> = role.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |word: &&str| if word.len() < 5 { words.contains(word) } else { role.contains(*word) };
    ROLES.iter().find(|(names, ..)| names.iter().any(&has)).map(|(_, class, rank)| (*class, *rank))
}

/// The class of a device.
pub(super) fn of_device(dump: &Dump, device: &Json) -> &'static str {
    let class = meant(dump, device).map_or("unknown", |(class, _)| class);
    let in_cluster = device.get("cluster").is_some_and(Json::is_i64);
    if class == "server" && in_cluster { "hypervisor" } else { class }
}

/// How far up a device stands among those to which it is cabled.
pub(super) fn rank(dump: &Dump, device: &Json) -> u8 {
    meant(dump, device).map_or(0, |(_, rank)| rank)
}

/// The desk's status for one of NetBox.
pub(super) fn status(told: &str) -> &str {
    match told {
        "active" | "connected" | "container" | "available" => "live",
        "planned" | "reserved" => "planned",
        "staged" | "staging" | "provisioning" => "build",
        "offline" | "paused" => "maintenance",
        "failed" => "repair",
        "inventory" => "in_stock",
        "decommissioning" | "deprovisioning" | "deprecated" => "retiring",
        "decommissioned" | "retired" => "retired",
        other => other,
    }
}

/// The name of what a dump calls so, for the order of two that stand equally high.
pub(super) fn name(fields: &Json) -> String {
    text(fields, "/name").unwrap_or_default()
}
