//! GLPI's inventory format: a computer or phone by its agent, a switch or printer by its network scans.

use chrono::{FixedOffset, NaiveDateTime, TimeZone};
use serde_json::Value as Json;

use super::Heard;
use super::tell::{is_made_up, line, list, number, text, thing};
use crate::desk::cmdb::FoundCi;
use crate::desk::time::Timestamp;

/// Words by which machines are told that they are virtual, for hosts that do not say `Physical`.
const PHYSICAL: [&str; 3] = ["physical", "none", "lxc"];

pub(super) fn read(json: &Json) -> Result<Heard, String> {
    let Some(content) = json.get("content").filter(|content| content.is_object()) else {
        return Err(String::from("it is no GLPI inventory: 'content' is missing"));
    };
    let Some(key) = text(json, "/deviceid") else {
        return Err(String::from("it is no GLPI inventory: 'deviceid' is missing"));
    };
    let is_partial = json.get("partial").and_then(Json::as_bool).unwrap_or(false);
    let itemtype = text(json, "/itemtype").unwrap_or_else(|| String::from("Computer"));
    let mut heard = Heard { at: at(content), ..Heard::default() };
    let mut it = match itemtype.as_str() {
        "NetworkEquipment" => equipment(&key, network_class(content), content),
        "Printer" => equipment(&key, "printer", content),
        "Phone" => computer(&key, "mobile", content, is_partial),
        "Unmanaged" => equipment(&key, "unknown", content),
        _ => computer(&key, computer_class(content), content, is_partial),
    };
    if it.class == "mobile" {
        it.tell("phone_number", text(content, "/simcards/0/phone_number"));
        it.tell("imei", text(content, "/simcards/0/imei").or_else(|| text(content, "/hardware/imei")));
    }
    let guests = guests(&key, content, &mut heard.warnings);
    if content.get("virtualmachines").is_some() {
        it.relate("runs_on", true, guests.iter().map(|guest| guest.key.clone()).collect());
    }
    it.software = content.get("softwares").map(|_| software(content));
    heard.found.push(it);
    heard.found.extend(guests);
    heard.found.extend(access_points(&key, content));
    for found in &mut heard.found {
        found.partial = is_partial;
    }
    Ok(heard)
}

/// When the agent looked, by its clock.
fn at(content: &Json) -> Option<Timestamp> {
    let wall = NaiveDateTime::parse_from_str(&text(content, "/accesslog/logdate")?, "%Y-%m-%d %H:%M:%S").ok()?;
    let offset = text(content, "/operatingsystem/timezone/offset").and_then(|offset| {
        let (sign, digits) = offset.split_at_checked(1)?;
        let (hours, minutes): (i32, i32) = (digits.get(..2)?.parse().ok()?, digits.get(2..4)?.parse().ok()?);
        FixedOffset::east_opt((hours * 3600 + minutes * 60) * if sign == "-" { -1 } else { 1 })
    });
    let offset = offset.or_else(|| FixedOffset::east_opt(0))?;
    Some(Timestamp(offset.from_local_datetime(&wall).single()?.timestamp_millis()))
}

fn computer(key: &str, class: &str, content: &Json, is_partial: bool) -> FoundCi {
    let mut it = thing(key, class);
    it.name = text(content, "/hardware/name").or_else(|| text(content, "/operatingsystem/fqdn"));
    it.tell("serial", text(content, "/bios/ssn"));
    it.tell("asset_tag", text(content, "/bios/assettag"));
    it.tell("uuid", text(content, "/hardware/uuid"));
    it.tell("vendor", text(content, "/bios/smanufacturer"));
    it.tell("model", text(content, "/bios/smodel"));
    it.tell("bios", text(content, "/bios/bversion"));
    it.tell("last_user", text(content, "/hardware/lastloggeduser"));
    it.tell("os", text(content, "/operatingsystem/full_name").or_else(|| text(content, "/operatingsystem/name")));
    it.tell("os_version", text(content, "/operatingsystem/version"));
    it.tell("kernel", text(content, "/operatingsystem/kernel_version"));
    it.tell("arch", text(content, "/operatingsystem/arch"));
    it.tell("fqdn", text(content, "/operatingsystem/fqdn"));
    let cpus = list(content, "/cpus");
    it.tell("cpu", cpus.first().and_then(|cpu| text(cpu, "/name")));
    let cores: i64 = cpus.iter().filter_map(|cpu| number(cpu, "/core")).fold(0, i64::saturating_add);
    it.tell("cores", (cores > 0).then(|| cores.to_string()));
    it.tell("memory", memory(content, is_partial).map(|mb| mb.to_string()));
    it.tell("disk", disk(content).map(|gb| gb.to_string()));
    if content.get("networks").is_some() {
        let cards: Vec<&Json> = list(content, "/networks").iter().filter(|card| !is_loopback(card)).collect();
        let all = |place: &str| cards.iter().filter_map(|card| text(card, place)).collect::<Vec<_>>();
        it.tell_all("mac", all("/mac"));
        it.tell_all("ip", all("/ipaddress").into_iter().chain(all("/ipaddress6")));
    }
    it
}

fn is_loopback(card: &Json) -> bool {
    text(card, "/type").is_some_and(|sort| sort.eq_ignore_ascii_case("loopback"))
        || text(card, "/description").is_some_and(|name| is_made_up(&name))
}

/// What is in the slots; a part that leaves them out repeats an old sum, which is not told.
fn memory(content: &Json, is_partial: bool) -> Option<i64> {
    let slots: i64 =
        list(content, "/memories").iter().filter_map(|slot| number(slot, "/capacity")).fold(0, i64::saturating_add);
    match slots {
        0 if is_partial => None,
        0 => number(content, "/hardware/memory").filter(|mb| *mb > 0),
        mb => Some(mb),
    }
}

/// The disks in GB; without disks, the file systems, each once.
fn disk(content: &Json) -> Option<i64> {
    let is_fixed = |disk: &&Json| {
        let told = [text(disk, "/description"), text(disk, "/type"), text(disk, "/interface")];
        !told
            .iter()
            .flatten()
            .any(|word| ["usb", "removable", "cdrom", "dvd"].iter().any(|no| word.to_lowercase().contains(no)))
    };
    let disks: i64 = list(content, "/storages")
        .iter()
        .filter(is_fixed)
        .filter_map(|disk| number(disk, "/disksize"))
        .fold(0, i64::saturating_add);
    let mb = if disks > 0 {
        disks
    } else {
        let mut seen = Vec::new();
        for drive in list(content, "/drives") {
            let is_what =
                (text(drive, "/volumn"), text(drive, "/serial"), number(drive, "/total"), number(drive, "/free"));
            if !seen.contains(&is_what) {
                seen.push(is_what);
            }
        }
        seen.iter().filter_map(|drive| drive.2).fold(0, i64::saturating_add)
    };
    (mb > 0).then(|| (mb + 500) / 1000)
}

fn software(content: &Json) -> Vec<(String, String, String)> {
    let title = |software: &Json| {
        let name = text(software, "/name").or_else(|| text(software, "/guid"))?;
        Some((name, text(software, "/version").unwrap_or_default(), text(software, "/publisher").unwrap_or_default()))
    };
    list(content, "/softwares").iter().filter_map(title).collect()
}

/// The virtual machines on a host; containers come and go by themselves, and are no CIs.
fn guests(host: &str, content: &Json, warnings: &mut Vec<String>) -> Vec<FoundCi> {
    let mut containers = 0;
    let mut guests: Vec<FoundCi> = Vec::new();
    for machine in list(content, "/virtualmachines") {
        let sort = text(machine, "/vmtype").unwrap_or_default().to_lowercase();
        if ["docker", "podman", "containerd"].contains(&sort.as_str()) || machine.get("image").is_some() {
            containers += 1;
            continue;
        }
        let name = text(machine, "/name");
        let key = match (text(machine, "/uuid"), &name) {
            (Some(uuid), _) => format!("vm/{uuid}"),
            (None, Some(name)) => format!("{host}/vm/{name}"),
            (None, None) => continue,
        };
        let mut it = thing(&key, "virtual_machine");
        it.name = name;
        it.tell("uuid", text(machine, "/uuid"));
        it.tell("memory", number(machine, "/memory").filter(|mb| *mb > 0).map(|mb| mb.to_string()));
        it.tell("cores", number(machine, "/vcpu").filter(|n| *n > 0).map(|n| n.to_string()));
        it.tell("mac", text(machine, "/mac"));
        it.tell("ip", text(machine, "/ip"));
        it.relate("runs_on", false, vec![host.to_owned()]);
        guests.push(it);
    }
    if containers > 0 {
        let word = if containers == 1 { "container" } else { "containers" };
        warnings.push(format!("left out: {containers} {word} on {host}; only virtual machines become CIs"));
    }
    guests
}

fn equipment(key: &str, class: &str, content: &Json) -> FoundCi {
    let mut it = thing(key, class);
    let device = content.get("network_device").unwrap_or(content);
    it.name = text(device, "/name").or_else(|| text(content, "/hardware/name"));
    it.tell("serial", text(device, "/serial"));
    it.tell("vendor", text(device, "/manufacturer"));
    it.tell("model", text(device, "/model"));
    it.tell("firmware", text(device, "/firmware"));
    if class == "printer" {
        it.tell("version", text(device, "/firmware"));
    }
    it.tell("memory", text(device, "/ram"));
    it.tell_all("mac", text(device, "/mac"));
    it.tell_all("ip", list_of_text(device, "/ips"));
    it.tell("fqdn", it.name.clone());
    let ports = list(content, "/network_ports").iter().filter(|port| is_plug(port)).count();
    it.tell("ports", (ports > 0).then(|| ports.to_string()));
    let told = [("Location", "/location"), ("Contact", "/contact")];
    let told: Vec<String> =
        told.iter().filter_map(|(label, place)| Some(format!("{label}: {}", text(device, place)?))).collect();
    it.describe(&told.join("\n"));
    it
}

fn list_of_text(json: &Json, pointer: &str) -> Vec<String> {
    json.pointer(pointer).and_then(Json::as_array).into_iter().flatten().filter_map(super::tell::plain).collect()
}

/// Whether a cable goes into the port: Ethernet, by the numbers that network devices give.
fn is_plug(port: &Json) -> bool {
    matches!(number(port, "/iftype"), Some(6 | 62 | 69 | 117))
}

/// Access points that a wireless controller knows by their addresses.
fn access_points(controller: &str, content: &Json) -> Vec<FoundCi> {
    let mut points: Vec<FoundCi> = Vec::new();
    for part in list(content, "/network_components") {
        let is_point = text(part, "/description").is_some_and(|told| told.to_lowercase().contains("access point"));
        let (Some(mac), Some(ip), true) = (text(part, "/mac"), text(part, "/ip"), is_point) else { continue };
        let key = format!("ap/{}", text(part, "/serial").unwrap_or_else(|| mac.clone()));
        if points.iter().any(|known| known.key == key) {
            continue;
        }
        let mut it = thing(&key, "access_point");
        it.name = text(part, "/name").or(Some(ip.clone()));
        it.tell("serial", text(part, "/serial"));
        it.tell("model", text(part, "/model"));
        it.tell("vendor", text(part, "/manufacturer"));
        it.tell("firmware", text(part, "/firmware"));
        it.tell("mac", Some(mac));
        it.tell("ip", Some(ip));
        it.relate("connects_to", false, vec![controller.to_owned()]);
        points.push(it);
    }
    points
}

fn computer_class(content: &Json) -> &'static str {
    let word = |place: &str| text(content, place).unwrap_or_default().to_lowercase();
    let os = format!("{} {}", word("/operatingsystem/name"), word("/operatingsystem/full_name"));
    if ["esx", "vsphere", "hyper-v server", "proxmox", "xenserver", "xcp-ng"].iter().any(|name| os.contains(name)) {
        return "hypervisor";
    }
    let system = word("/hardware/vmsystem");
    if !system.is_empty() && !PHYSICAL.contains(&system.as_str()) {
        return "virtual_machine";
    }
    let chassis = word("/hardware/chassis_type");
    let is = |words: &[&str]| words.iter().any(|word| chassis.contains(word));
    if is(&["laptop", "notebook", "portable", "convertible", "detachable", "sub notebook"]) {
        "laptop"
    } else if is(&["tablet", "hand held"]) {
        "mobile"
    } else if is(&["server", "rack", "blade", "multi-system"]) || os.contains("server") {
        "server"
    } else {
        "workstation"
    }
}

fn network_class(content: &Json) -> &'static str {
    let parts = list(content, "/network_components")
        .iter()
        .filter(|part| text(part, "/type").is_none_or(|sort| ["chassis", "stack"].contains(&sort.as_str())));
    let told: Vec<String> =
        ["/network_device/model", "/network_device/description", "/network_device/comments", "/network_device/name"]
            .iter()
            .filter_map(|place| text(content, place))
            .chain(parts.take(8).filter_map(|part| text(part, "/description")))
            .filter_map(|told| line(&told.to_lowercase()))
            .collect();
    let told = told.join(" ");
    let is = |words: &[&str]| words.iter().any(|word| told.contains(word));
    let plugs = list(content, "/network_ports").iter().filter(|port| is_plug(port)).count();
    if is(&["firewall", "fortigate", "palo alto", "adaptive security"]) {
        "firewall"
    } else if is(&["wireless controller", "wlc"]) {
        "network_device"
    } else if is(&["access point", "aironet"]) {
        "access_point"
    } else if is(&["switch", "catalyst", "nexus", "procurve"]) {
        "switch"
    } else if is(&["router", "isr "]) {
        "router"
    } else if plugs >= 8 {
        "switch"
    } else {
        "network_device"
    }
}
