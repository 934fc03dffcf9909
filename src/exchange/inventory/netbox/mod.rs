//! NetBox's database as Django dumps it: sites, racks, devices, virtual machines, circuits, networks, and how they hang
//! together.
//!
//! Accounts, sessions and tokens are in such a dump too; they are neither read nor kept.

mod cables;
mod class;
mod dump;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Heard;
use super::tell::{line, number, text, thing};
use crate::desk::cmdb::FoundCi;
use dump::{Dump, Target, key};

/// What of a dump is kept: the models of these parts of NetBox.
const KEPT: [&str; 7] = ["dcim.", "virtualization.", "ipam.", "circuits.", "tenancy.", "wireless.", "extras.tag"];

pub(super) fn read(json: &Json) -> Result<Heard, String> {
    let dump = Dump::read(json)?;
    let mut netbox = Netbox { addresses: addresses(&dump), cables: cables::between(&dump), tags: tags(&dump), dump };
    let mut heard = Heard::default();
    for sort in [
        Netbox::sites,
        Netbox::rooms,
        Netbox::racks,
        Netbox::power,
        Netbox::clusters,
        Netbox::devices,
        Netbox::machines,
        Netbox::circuits,
        Netbox::networks,
    ] {
        sort(&mut netbox, &mut heard.found);
    }
    heard.kept = Some(kept(json));
    Ok(heard)
}

/// The dump without accounts and secrets.
fn kept(json: &Json) -> Vec<u8> {
    let is_kept = |object: &&Json| {
        let model = object.get("model").and_then(Json::as_str).unwrap_or_default();
        KEPT.iter().any(|part| model.starts_with(part))
    };
    let objects: Vec<&Json> = json.as_array().into_iter().flatten().filter(is_kept).collect();
    serde_json::to_vec(&objects).unwrap_or_default()
}

/// A dump, with what lies across its objects.
struct Netbox<'j> {
    dump: Dump<'j>,
    /// MAC and IP addresses and names, by the thing that has them.
    addresses: BTreeMap<String, Addresses>,
    /// What each thing is connected to and powered by.
    cables: cables::Cables,
    tags: BTreeMap<Target, Vec<String>>,
}

#[derive(Default)]
struct Addresses {
    mac: Vec<String>,
    ip: Vec<String>,
    fqdn: Vec<String>,
}

impl Netbox<'_> {
    fn sites(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, site) in self.dump.all("dcim.site") {
            let mut it = self.begin("dcim.site", "site", pk, site, "site");
            it.tell_or_none("address", text(site, "/physical_address"));
            let region = self.dump.name(site, "region", "dcim.region");
            let facts = [("Facility", text(site, "/facility")), ("Region", region)];
            self.end(it, site, &facts, found);
        }
    }

    fn rooms(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, room) in self.dump.all("dcim.location") {
            let mut it = self.begin("dcim.location", "location", pk, room, "room");
            it.relate(
                "located_in",
                false,
                key(room, "parent", "location").or_else(|| key(room, "site", "site")).into_iter().collect(),
            );
            self.end(it, room, &[], found);
        }
    }

    fn racks(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, rack) in self.dump.all("dcim.rack") {
            let mut it = self.begin("dcim.rack", "rack", pk, rack, "rack");
            it.tell("units", number(rack, "/u_height").map(|units| units.to_string()));
            it.tell_or_none("serial", text(rack, "/serial"));
            it.tell_or_none("asset_tag", text(rack, "/asset_tag"));
            it.relate("located_in", false, place(rack, false).into_iter().collect());
            let role = self.dump.name(rack, "role", "dcim.rackrole");
            self.end(it, rack, &[("Role", role), ("Facility id", text(rack, "/facility_id"))], found);
        }
    }

    /// Panels and the feeds that come from them.
    fn power(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, panel) in self.dump.all("dcim.powerpanel") {
            let mut it = self.begin("dcim.powerpanel", "powerpanel", pk, panel, "power");
            it.relate("located_in", false, place(panel, false).into_iter().collect());
            self.end(it, panel, &[], found);
        }
        for (pk, feed) in self.dump.all("dcim.powerfeed") {
            let mut it = self.begin("dcim.powerfeed", "powerfeed", pk, feed, "power");
            it.tell("capacity", number(feed, "/available_power").map(|watts| watts.to_string()));
            it.relate("powered_by", false, key(feed, "power_panel", "powerpanel").into_iter().collect());
            it.relate("located_in", false, key(feed, "rack", "rack").into_iter().collect());
            self.end(it, feed, &[], found);
        }
    }

    fn clusters(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, cluster) in self.dump.all("virtualization.cluster") {
            let mut it = self.begin("virtualization.cluster", "cluster", pk, cluster, "cluster");
            it.relate("located_in", false, key(cluster, "site", "site").into_iter().collect());
            let sort = self.dump.name(cluster, "type", "virtualization.clustertype");
            let group = self.dump.name(cluster, "group", "virtualization.clustergroup");
            self.end(it, cluster, &[("Type", sort), ("Group", group)], found);
        }
    }

    fn devices(&mut self, found: &mut Vec<FoundCi>) {
        let parents: BTreeMap<i64, i64> = self
            .dump
            .all("dcim.devicebay")
            .filter_map(|(_, bay)| Some((bay.get("installed_device")?.as_i64()?, bay.get("device")?.as_i64()?)))
            .collect();
        for (pk, device) in self.dump.all("dcim.device") {
            let class = class::of_device(&self.dump, device);
            let mut it = self.begin("dcim.device", "device", pk, device, class);
            let sort = self.dump.follow(device, "device_type", "dcim.devicetype");
            if it.name.is_none() {
                // As NetBox itself shows what has no name.
                let model = sort.and_then(|sort| text(sort, "/model")).unwrap_or_else(|| String::from("device"));
                it.name = Some(format!("{model} ({pk})"));
            }
            it.tell_or_none("serial", text(device, "/serial"));
            it.tell_or_none("asset_tag", text(device, "/asset_tag"));
            it.tell("model", sort.and_then(|sort| text(sort, "/model")));
            it.tell("vendor", sort.and_then(|sort| self.dump.name(sort, "manufacturer", "dcim.manufacturer")));
            it.tell("os", self.dump.name(device, "platform", "dcim.platform"));
            it.tell("firmware", self.dump.name(device, "platform", "dcim.platform"));
            it.tell("rack_unit", text(device, "/position").and_then(|unit| unit.split('.').next().map(str::to_owned)));
            self.address(&mut it);
            it.relate("located_in", false, place(device, true).into_iter().collect());
            it.relate("connects_to", false, self.cables.connected(&it.key));
            it.relate("powered_by", false, self.cables.powered(&it.key));
            it.relate(
                "depends_on",
                false,
                parents.get(&pk).map(|parent| format!("device/{parent}")).into_iter().collect(),
            );
            it.relate("member_of", false, key(device, "cluster", "cluster").into_iter().collect());
            let role = class::role(&self.dump, device);
            self.end(it, device, &[("Role", role)], found);
        }
    }

    fn machines(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, machine) in self.dump.all("virtualization.virtualmachine") {
            let mut it = self.begin("virtualization.virtualmachine", "vm", pk, machine, "virtual_machine");
            it.tell("os", self.dump.name(machine, "platform", "dcim.platform"));
            it.tell("cores", text(machine, "/vcpus").and_then(|cores| cores.split('.').next().map(str::to_owned)));
            it.tell("memory", number(machine, "/memory").map(|mb| mb.to_string()));
            it.tell("disk", number(machine, "/disk").map(|gb| gb.to_string()));
            self.address(&mut it);
            let hosts = [key(machine, "cluster", "cluster"), key(machine, "device", "device")];
            it.relate("runs_on", false, hosts.into_iter().flatten().collect());
            let role = class::role(&self.dump, machine);
            self.end(it, machine, &[("Role", role)], found);
        }
    }

    fn circuits(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, circuit) in self.dump.all("circuits.circuit") {
            let mut it = self.begin("circuits.circuit", "circuit", pk, circuit, "circuit");
            let provider = self.dump.name(circuit, "provider", "circuits.provider");
            let id = text(circuit, "/cid");
            it.name = line(&[provider.clone(), id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" "));
            it.tell("circuit_id", id);
            it.tell("provider", provider);
            it.tell("bandwidth", number(circuit, "/commit_rate").map(|kilobits| (kilobits / 1000).to_string()));
            it.relate("connects_to", false, self.cables.connected(&it.key));
            let sort = self.dump.name(circuit, "type", "circuits.circuittype");
            let ends: Vec<String> = self
                .dump
                .all("circuits.circuittermination")
                .filter(|(_, end)| end.get("circuit").and_then(Json::as_i64) == Some(pk))
                .filter_map(|(_, end)| self.dump.name(end, "site", "dcim.site"))
                .collect();
            self.end(it, circuit, &[("Type", sort), ("Between", line(&ends.join(" and ")))], found);
        }
    }

    fn networks(&mut self, found: &mut Vec<FoundCi>) {
        for (pk, prefix) in self.dump.all("ipam.prefix") {
            let mut it = self.begin("ipam.prefix", "prefix", pk, prefix, "network");
            let vrf = self.dump.name(prefix, "vrf", "ipam.vrf");
            let net = text(prefix, "/prefix");
            it.name = match (&net, &vrf) {
                (Some(net), Some(vrf)) => Some(format!("{net} {vrf}")),
                _ => net.clone(),
            };
            it.tell("prefix", net);
            let vlan = self.dump.follow(prefix, "vlan", "ipam.vlan");
            it.tell("vlan", vlan.and_then(|vlan| number(vlan, "/vid")).map(|id| id.to_string()));
            let scope =
                self.dump.target(prefix, "scope_type", "scope_id").and_then(|(model, row)| match model.as_str() {
                    "dcim.site" => Some(format!("site/{row}")),
                    "dcim.location" => Some(format!("location/{row}")),
                    _ => None,
                });
            it.relate("located_in", false, key(prefix, "site", "site").or(scope).into_iter().collect());
            let role = self.dump.name(prefix, "role", "ipam.role");
            let facts = [("Role", role), ("VLAN", vlan.and_then(|vlan| text(vlan, "/name"))), ("VRF", vrf)];
            self.end(it, prefix, &facts, found);
        }
    }

    /// What every object has: its key, name, status and tags.
    fn begin(&self, model: &str, sort: &str, pk: i64, fields: &Json, class: &str) -> FoundCi {
        let mut it = thing(&format!("{sort}/{pk}"), class);
        it.name = text(fields, "/name");
        it.tell("status", text(fields, "/status").map(|status| class::status(&status).to_owned()));
        it.tell_all("tag", self.tags.get(&(model.to_owned(), pk)).cloned().unwrap_or_default());
        it
    }

    /// Closes a thing with its description: what NetBox says of it that has no field of its own here.
    fn end(&self, mut it: FoundCi, fields: &Json, facts: &[(&str, Option<String>)], found: &mut Vec<FoundCi>) {
        let tenant = self.dump.name(fields, "tenant", "tenancy.tenant");
        let facts = facts.iter().cloned().chain([("Tenant", tenant)]);
        let facts = facts.filter_map(|(label, value)| Some(format!("{label}: {}", value?)));
        let own = ["/description", "/comments"]
            .into_iter()
            .filter_map(|place| fields.pointer(place)?.as_str().map(str::to_owned));
        let told: Vec<String> = own.chain(facts).filter(|text| !text.trim().is_empty()).collect();
        it.describe(&told.join("\n"));
        found.push(it);
    }

    fn address(&self, it: &mut FoundCi) {
        let none = Addresses::default();
        let known = self.addresses.get(&it.key).unwrap_or(&none);
        it.tell_all("mac", known.mac.iter().cloned());
        it.tell_all("ip", known.ip.iter().cloned());
        it.tell_all("fqdn", known.fqdn.iter().cloned());
    }
}

/// Where something stands: in its rack, room or site.
fn place(fields: &Json, in_rack: bool) -> Option<String> {
    let rack = in_rack.then(|| key(fields, "rack", "rack")).flatten();
    rack.or_else(|| key(fields, "location", "location")).or_else(|| key(fields, "site", "site"))
}

/// The addresses of interfaces, by the things whose interfaces they are.
fn addresses(dump: &Dump) -> BTreeMap<String, Addresses> {
    let owner = |(model, row): Target| match model.as_str() {
        "dcim.interface" => key(dump.get("dcim.interface", row)?, "device", "device"),
        "virtualization.vminterface" => key(dump.get("virtualization.vminterface", row)?, "virtual_machine", "vm"),
        _ => None,
    };
    let mut all: BTreeMap<String, Addresses> = BTreeMap::new();
    for model in ["dcim.interface", "virtualization.vminterface"] {
        for (row, card) in dump.all(model) {
            if let (Some(mac), Some(of)) = (text(card, "/mac_address"), owner((model.to_owned(), row))) {
                all.entry(of).or_default().mac.push(mac);
            }
        }
    }
    let held = |fields: &Json| dump.target(fields, "assigned_object_type", "assigned_object_id").and_then(owner);
    for (_, mac) in dump.all("dcim.macaddress") {
        if let Some(of) = held(mac) {
            all.entry(of).or_default().mac.extend(text(mac, "/mac_address"));
        }
    }
    for (_, ip) in dump.all("ipam.ipaddress") {
        if let Some(of) = held(ip) {
            let known = all.entry(of).or_default();
            known.ip.extend(text(ip, "/address").and_then(|ip| ip.split('/').next().map(str::to_owned)));
            known.fqdn.extend(text(ip, "/dns_name"));
        }
    }
    all
}

fn tags(dump: &Dump) -> BTreeMap<Target, Vec<String>> {
    let mut tags: BTreeMap<Target, Vec<String>> = BTreeMap::new();
    for (_, item) in dump.all("extras.taggeditem") {
        if let (Some(target), Some(tag)) =
            (dump.target(item, "content_type", "object_id"), dump.name(item, "tag", "extras.tag"))
        {
            tags.entry(target).or_default().push(tag);
        }
    }
    tags
}
