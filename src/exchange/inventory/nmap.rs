//! What `nmap -oX` saw from outside: hosts that are up, their addresses, names, open ports, and a guess at what they are.
//!
//! The document is walked, never expanded: entities that it declares stay unread, and one that points outside is refused.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::Heard;
use super::tell::{line, thing};
use crate::desk::cmdb::{FoundCi, Mark};
use crate::desk::time::Timestamp;

/// Guesses at the system that are less sure than this are none.
const SURE: u32 = 90;

pub(super) fn read(text: &str) -> Result<Heard, String> {
    let mut reader = Reader::from_str(text);
    let mut scan = Scan::default();
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::DocType(declared)) => refuse_outside(&declared)?,
            Ok(Event::Start(element)) => scan.open(&element),
            Ok(Event::Empty(element)) => {
                scan.open(&element);
                scan.close(element.name().as_ref());
            }
            Ok(Event::End(element)) => scan.close(element.name().as_ref()),
            Ok(_) => {}
            Err(error) => return Err(format!("the XML is broken at byte {}: {error}", reader.error_position())),
        }
    }
    match scan.root.as_deref() {
        Some("nmaprun") => Ok(scan.heard()),
        Some(other) => {
            Err(format!("it is no report of nmap: its root is <{other}>, not <nmaprun>; write one with nmap -oX"))
        }
        None => Err(String::from("it is no report of nmap: there is no XML in it; write one with nmap -oX")),
    }
}

/// Refuses a document that wants something from outside itself. What it declares for itself is left unread.
fn refuse_outside(declared: &str) -> Result<(), String> {
    for entity in declared.split("<!ENTITY").skip(1) {
        let head = entity.split('>').next().unwrap_or_default();
        let words: Vec<&str> = head.split_whitespace().take(3).collect();
        if words.iter().any(|word| matches!(*word, "SYSTEM" | "PUBLIC")) || words.first() == Some(&"%") {
            let name = words.iter().find(|word| **word != "%").copied().unwrap_or_default();
            return Err(format!(
                "refused: it declares the external entity '{name}', by which it would read other files"
            ));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Scan {
    root: Option<String>,
    at: Option<Timestamp>,
    host: Option<Host>,
    in_port: Option<Port>,
    found: Vec<FoundCi>,
    down: usize,
    own: usize,
}

#[derive(Default)]
struct Host {
    is_up: bool,
    addresses: Vec<String>,
    mac: Option<String>,
    vendor: Option<String>,
    names: Vec<(String, bool)>,
    ports: Vec<(u32, String)>,
    os: Option<String>,
    class: Option<(String, String)>,
}

#[derive(Default)]
struct Port {
    number: u32,
    protocol: String,
    is_open: bool,
    service: Option<String>,
}

impl Scan {
    fn open(&mut self, element: &BytesStart) {
        let name = element.name();
        let name: &str = name.as_ref();
        if self.root.is_none() {
            self.root = Some(line(name).unwrap_or_default());
        }
        let get = |attribute: &str| value(element, attribute);
        let is_sure =
            || get("accuracy").and_then(|percent| percent.parse().ok()).is_some_and(|percent: u32| percent >= SURE);
        match (name, &mut self.host) {
            ("nmaprun", _) => {
                self.at =
                    get("start").and_then(|start| start.parse::<i64>().ok()).map(|s| Timestamp(s.saturating_mul(1000)));
            }
            ("host", _) => self.host = Some(Host::default()),
            ("status", Some(host)) => host.is_up = get("state").as_deref() == Some("up"),
            ("address", Some(host)) => match get("addrtype").as_deref() {
                Some("mac") => (host.mac, host.vendor) = (get("addr"), get("vendor")),
                _ => host.addresses.extend(get("addr")),
            },
            ("hostname", Some(host)) => {
                host.names.extend(get("name").map(|name| (name, get("type").as_deref() == Some("PTR"))));
            }
            ("port", Some(_)) => {
                let number = get("portid").and_then(|id| id.parse().ok()).unwrap_or_default();
                self.in_port = Some(Port { number, protocol: get("protocol").unwrap_or_default(), ..Port::default() });
            }
            ("state", Some(_)) => {
                if let Some(port) = &mut self.in_port {
                    port.is_open = get("state").as_deref() == Some("open");
                }
            }
            ("service", Some(_)) => {
                if let Some(port) = &mut self.in_port {
                    port.service = get("name");
                }
            }
            ("osmatch", Some(host)) if host.os.is_none() && is_sure() => host.os = get("name"),
            ("osclass", Some(host)) if host.class.is_none() && is_sure() => {
                host.class = Some((get("type").unwrap_or_default(), get("osfamily").unwrap_or_default()));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "port" => {
                if let (Some(port), Some(host)) = (self.in_port.take(), &mut self.host)
                    && port.is_open
                {
                    let service = port.service.map(|service| format!(" {service}")).unwrap_or_default();
                    host.ports.push((port.number, format!("{}/{}{service}", port.number, port.protocol)));
                }
            }
            "host" => match self.host.take() {
                Some(host) if !host.is_up => self.down += 1,
                Some(host) => match host.told() {
                    Some(found) => self.found.push(found),
                    None => self.own += 1,
                },
                None => {}
            },
            _ => {}
        }
    }

    fn heard(mut self) -> Heard {
        // A report that ends within a host was cut off; what it has of that host is told.
        self.close("host");
        let mut warnings = Vec::new();
        if self.own > 0 {
            warnings.push(String::from(
                "left out: localhost, which is whatever machine ran the scan; scan it by its address in the network",
            ));
        }
        if self.found.is_empty() && self.down > 0 {
            warnings.push(format!("none of {} hosts was up", self.down));
        }
        Heard { at: self.at, found: self.found, warnings, kept: None }
    }
}

impl Host {
    /// The host as a thing, by the best that a scan knows: its card, its name, its address.
    fn told(mut self) -> Option<FoundCi> {
        let mac = self.mac.as_deref().and_then(|mac| Mark::Mac.telling(mac));
        self.addresses.retain(|address| Mark::Ip.telling(address).is_some());
        // What the resolver says goes before what somebody typed.
        self.names.sort_by_key(|(_, is_resolved)| !is_resolved);
        self.names.retain(|(name, _)| !name.starts_with("localhost"));
        let name = self.names.first().map(|(name, _)| name.clone());
        if mac.is_none() && self.addresses.is_empty() {
            return None;
        }
        let address = self.addresses.first().cloned();
        let key = match (&mac, &name, &address) {
            (Some(mac), _, _) => format!("mac:{mac}"),
            (None, Some(name), _) => format!("name:{}", name.to_lowercase()),
            (None, None, address) => format!("ip:{}", address.as_deref().unwrap_or_default()),
        };
        let mut it = thing(&key, self.guess());
        it.guess = true;
        it.name = name.or(address).or_else(|| mac.clone());
        it.tell("mac", mac);
        it.tell("vendor", self.vendor);
        it.tell_all("ip", self.addresses);
        it.tell_all("fqdn", self.names.into_iter().map(|(name, _)| name));
        it.tell("os", self.os);
        self.ports.sort();
        it.fields
            .push((String::from("open_ports"), self.ports.into_iter().filter_map(|(_, port)| line(&port)).collect()));
        Some(it)
    }

    /// The class that the guess at the system, or the maker of the card, makes likely.
    fn guess(&self) -> &'static str {
        let vendor = self.vendor.as_deref().unwrap_or_default().to_lowercase();
        if ["vmware", "qemu", "xensource", "virtualbox", "parallels"].iter().any(|maker| vendor.contains(maker)) {
            return "virtual_machine";
        }
        let os = self.os.as_deref().unwrap_or_default();
        let Some((sort, family)) = &self.class else { return "unknown" };
        match sort.as_str() {
            "router" | "broadband router" => "router",
            "switch" => "switch",
            "firewall" => "firewall",
            "load balancer" => "load_balancer",
            "WAP" => "access_point",
            "bridge" | "hub" | "proxy server" | "remote management" | "terminal server" => "network_device",
            "printer" | "print server" => "printer",
            "phone" | "PDA" => "mobile",
            "storage-misc" => "storage_array",
            "power-device" => "power",
            "VoIP phone" | "VoIP adapter" | "webcam" | "media device" | "game console" | "PBX" | "specialized" => {
                "peripheral"
            }
            "general purpose" => match family.as_str() {
                "Windows" if os.contains("Server") => "server",
                "Windows" | "Mac OS X" | "OS X" | "macOS" => "workstation",
                "ESX Server" | "ESXi" => "hypervisor",
                "iOS" | "Android" => "mobile",
                _ => "server",
            },
            _ => "unknown",
        }
    }
}

/// An attribute's value; one with an entity that is not XML's own stays as it is written.
fn value(element: &BytesStart, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => line(&value),
        Err(_) => line(attribute.value.as_ref()),
    }
}
