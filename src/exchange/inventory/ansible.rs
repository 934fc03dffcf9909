//! What Ansible gathered: the facts of one host (`setup`, `--tree`), or the hosts of `ansible-inventory --list`.
//!
//! Facts hold the environment, and host variables hold passwords: neither gets into the desk.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::Heard;
use super::tell::{is_made_up, line, number, text, thing};
use crate::desk::cmdb::{FoundCi, Mark};
use crate::desk::time::Timestamp;

/// The JSON of a file; `host | SUCCESS => {` may stand before it, as `ansible -m setup` prints it.
pub(super) fn json(text: &str) -> Result<Json, String> {
    let body = match text.trim_start().starts_with('{') {
        true => text,
        false => text.split_once("=>").map_or(text, |(_, body)| body),
    };
    super::input::json(body)
}

pub(super) fn read(json: &Json, file: &str) -> Result<Heard, String> {
    if json.get("unreachable").and_then(Json::as_bool) == Some(true)
        || json.get("failed").and_then(Json::as_bool) == Some(true)
    {
        let why = text(json, "/msg").unwrap_or_else(|| String::from("it does not say why"));
        return Err(format!("Ansible did not reach the host: {why}"));
    }
    if json.get("_meta").is_some() {
        return Ok(hosts(json));
    }
    let facts = json.get("ansible_facts").unwrap_or(json);
    if facts.get("ansible_hostname").is_none() && facts.get("hostname").is_none() {
        return Err(String::from("it has neither facts of a host (ansible_hostname) nor an inventory (_meta)"));
    }
    let mut heard = Heard { at: at(facts), ..Heard::default() };
    heard.found.push(host(facts, file));
    heard.kept = Some(kept(json));
    Ok(heard)
}

/// A fact by its name, with or without the prefix that Ansible gives it.
fn fact(facts: &Json, name: &str) -> Option<String> {
    let (first, rest) = name.split_once('/').map_or((name, String::new()), |(first, rest)| (first, format!("/{rest}")));
    text(facts, &format!("/ansible_{first}{rest}")).or_else(|| text(facts, &format!("/{first}{rest}")))
}

fn count(facts: &Json, name: &str) -> Option<i64> {
    number(facts, &format!("/ansible_{name}")).or_else(|| number(facts, &format!("/{name}"))).filter(|n| *n > 0)
}

fn at(facts: &Json) -> Option<Timestamp> {
    let epoch = fact(facts, "date_time/epoch")?.parse::<i64>().ok()?;
    Some(Timestamp(epoch.saturating_mul(1000)))
}

fn host(facts: &Json, file: &str) -> FoundCi {
    let fqdn = fact(facts, "fqdn");
    let name = fact(facts, "hostname").or_else(|| fact(facts, "nodename"));
    let key = fqdn.clone().filter(|fqdn| Mark::Fqdn.telling(fqdn).is_some());
    let key = key.or_else(|| line(file)).or_else(|| name.clone()).unwrap_or_default();
    let mut it = thing(&key.to_lowercase(), class(facts));
    it.name = name;
    it.tell("fqdn", fqdn);
    it.tell("serial", fact(facts, "product_serial"));
    it.tell("uuid", fact(facts, "product_uuid"));
    it.tell("asset_tag", fact(facts, "chassis_asset_tag"));
    it.tell("vendor", fact(facts, "system_vendor").filter(|vendor| vendor != "NA"));
    it.tell("model", fact(facts, "product_name").filter(|model| model != "NA"));
    it.tell("bios", fact(facts, "bios_version").filter(|bios| bios != "NA"));
    let os = [fact(facts, "distribution").or_else(|| fact(facts, "os_name")), fact(facts, "distribution_version")];
    it.tell("os", Some(os.into_iter().flatten().collect::<Vec<_>>().join(" ")));
    it.tell("os_version", fact(facts, "distribution_version"));
    it.tell("kernel", fact(facts, "kernel"));
    it.tell("arch", fact(facts, "architecture"));
    it.tell("cpu", processor(facts));
    let cores = count(facts, "processor_cores").map(|cores| cores * count(facts, "processor_count").unwrap_or(1));
    it.tell("cores", cores.or_else(|| count(facts, "processor_vcpus")).map(|n| n.to_string()));
    it.tell("memory", count(facts, "memtotal_mb").map(|n| n.to_string()));
    let (macs, addresses) = cards(facts);
    it.tell_all("mac", macs);
    it.tell_all("ip", addresses);
    it.software = packages(facts);
    it
}

/// The first name among what Linux tells of its processors: numbers and makers stand between.
fn processor(facts: &Json) -> Option<String> {
    let told = facts.get("ansible_processor").or_else(|| facts.get("processor"))?;
    let words: Vec<String> = told.as_array()?.iter().filter_map(super::tell::plain).collect();
    words.into_iter().find(|word| word.contains(' '))
}

fn class(facts: &Json) -> &'static str {
    let role = fact(facts, "virtualization_role").unwrap_or_default();
    let form = fact(facts, "form_factor").unwrap_or_default().to_lowercase();
    let system = fact(facts, "system").unwrap_or_default().to_lowercase();
    let os = fact(facts, "distribution").unwrap_or_default().to_lowercase();
    if ["ios", "nxos", "eos", "junos"].contains(&fact(facts, "net_system").unwrap_or_default().as_str()) {
        "network_device"
    } else if os.contains("esxi") || os.contains("proxmox") {
        "hypervisor"
    } else if role == "guest" {
        "virtual_machine"
    } else if ["laptop", "notebook", "portable", "convertible"].iter().any(|word| form.contains(word)) {
        "laptop"
    } else if ["desktop", "tower", "mini"].iter().any(|word| form.contains(word)) && !form.contains("server")
        || system == "darwin"
    {
        "workstation"
    } else {
        "server"
    }
}

/// The addresses of the interfaces that are this machine's own.
fn cards(facts: &Json) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut macs, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    let named = facts.get("ansible_interfaces").or_else(|| facts.get("interfaces")).and_then(Json::as_array);
    for name in named.into_iter().flatten().filter_map(Json::as_str).filter(|name| !is_made_up(name)) {
        let place = name.replace(['-', '.', ':'], "_");
        let Some(card) = facts.get(format!("ansible_{place}")).or_else(|| facts.get(&place)) else { continue };
        macs.extend(text(card, "/macaddress"));
        addresses.extend(text(card, "/ipv4/address"));
        for more in ["/ipv4_secondaries", "/ipv6"] {
            addresses.extend(super::tell::list(card, more).iter().filter_map(|one| text(one, "/address")));
        }
    }
    // Windows tells addresses in one list.
    let all = facts.get("ansible_ip_addresses").or_else(|| facts.get("ip_addresses")).and_then(Json::as_array);
    addresses.extend(all.into_iter().flatten().filter_map(super::tell::plain));
    macs.extend(super::tell::list(facts, "/ansible_interfaces").iter().filter_map(|card| text(card, "/macaddress")));
    (macs, addresses)
}

/// What `package_facts` found.
fn packages(facts: &Json) -> Option<Vec<(String, String, String)>> {
    let packages = facts.get("packages").or_else(|| facts.get("ansible_packages"))?.as_object()?;
    let mut titles = Vec::new();
    for (name, versions) in packages {
        for one in versions.as_array().into_iter().flatten() {
            let version =
                [text(one, "/version"), text(one, "/release")].into_iter().flatten().collect::<Vec<_>>().join("-");
            titles.extend(line(name).map(|name| (name, version, text(one, "/vendor").unwrap_or_default())));
        }
    }
    Some(titles)
}

/// The hosts of an inventory: names, addresses and groups, which is all that a list knows for sure.
fn hosts(json: &Json) -> Heard {
    let vars = json.pointer("/_meta/hostvars").and_then(Json::as_object);
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (group, members) in json.as_object().into_iter().flatten().filter(|(name, _)| *name != "_meta") {
        for host in members.get("hosts").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
            groups.entry(host).or_default().insert(group);
        }
    }
    for host in vars.into_iter().flatten().map(|(name, _)| name.as_str()) {
        groups.entry(host).or_default();
    }
    let mut heard = Heard::default();
    let none = Json::Null;
    for (name, groups) in groups {
        let own = vars.and_then(|vars| vars.get(name)).unwrap_or(&none);
        let has_facts = own.get("ansible_hostname").is_some() || own.get("ansible_facts").is_some();
        let mut it = match has_facts {
            true => host(own.get("ansible_facts").unwrap_or(own), name),
            false => thing(&name.to_lowercase(), "server"),
        };
        it.key = line(&name.to_lowercase()).unwrap_or_default();
        if !has_facts {
            it.guess = true;
            it.name = line(name.split('.').next().filter(|_| Mark::Ip.telling(name).is_none()).unwrap_or(name));
            it.tell("fqdn", Some(name.to_owned()).filter(|name| Mark::Fqdn.telling(name).is_some()));
            let address = text(own, "/ansible_host").or_else(|| Some(name.to_owned()));
            match address.filter(|address| Mark::Ip.telling(address).is_some()) {
                Some(address) => it.tell("ip", Some(address)),
                None => it.tell("fqdn", text(own, "/ansible_host").filter(|host| Mark::Fqdn.telling(host).is_some())),
            }
        }
        let groups = groups.into_iter().filter(|group| !["all", "ungrouped"].contains(group));
        it.tell_all("tag", groups.map(str::to_owned));
        heard.found.push(it);
    }
    heard.kept = Some(kept(json));
    heard
}

/// What is kept of the raw input: not the environment, and nothing whose name says that it is secret.
fn kept(json: &Json) -> Vec<u8> {
    serde_json::to_vec(&without_secrets(json)).unwrap_or_default()
}

fn without_secrets(json: &Json) -> Json {
    const SECRET: [&str; 9] =
        ["pass", "secret", "token", "private", "credential", "vault", "api_key", "apikey", "become_p"];
    match json {
        Json::Object(fields) => {
            let is_open = |name: &str| {
                let name = name.to_lowercase();
                !SECRET.iter().any(|word| name.contains(word))
                    && !["ansible_env", "env", "ansible_local"].contains(&name.as_str())
            };
            let kept = fields.iter().filter(|(name, _)| is_open(name));
            Json::Object(kept.map(|(name, value)| (name.clone(), without_secrets(value))).collect::<Map<_, _>>())
        }
        Json::Array(list) => Json::Array(list.iter().map(without_secrets).collect()),
        other => other.clone(),
    }
}
