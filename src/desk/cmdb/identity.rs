//! What tells one thing from another: serial numbers, UUIDs and addresses, in the order in which they are trusted.
//!
//! Makers leave placeholders where a serial number should be, and programs make addresses that every machine has. What says
//! nothing about which thing it is never gets into a record.

use std::net::IpAddr;

use crate::desk::cmdb::field::normal;

/// What identifies, the most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The maker's serial number.
    Serial,
    /// The sticker.
    AssetTag,
    /// The UUID of the board or the virtual machine.
    Uuid,
    /// The address of a network card.
    Mac,
    /// The full host name.
    Fqdn,
    /// An address in the network: it moves, so it counts only where nothing else is known.
    Ip,
}

impl Mark {
    /// All of them, the most trusted first.
    pub const ALL: [Mark; 6] = [Mark::Serial, Mark::AssetTag, Mark::Uuid, Mark::Mac, Mark::Fqdn, Mark::Ip];

    /// The field that holds it.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Mark::Serial => "serial",
            Mark::AssetTag => "asset_tag",
            Mark::Uuid => "uuid",
            Mark::Mac => "mac",
            Mark::Fqdn => "fqdn",
            Mark::Ip => "ip",
        }
    }

    /// The mark that a field holds.
    #[must_use]
    pub fn of(field: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|mark| mark.field() == field)
    }

    /// The value in its one spelling, if it tells one thing from another.
    #[must_use]
    pub fn telling(self, value: &str) -> Option<String> {
        let value = normal(self.field(), value);
        let tells = match self {
            Mark::Serial | Mark::AssetTag => !is_placeholder(&value),
            Mark::Uuid => !is_placeholder(&value) && !PLACEHOLDER_UUIDS.contains(&value.as_str()),
            Mark::Mac => is_of_one_card(&value),
            Mark::Fqdn => value.contains('.') && !value.starts_with("localhost") && value.parse::<IpAddr>().is_err(),
            Mark::Ip => value.parse().is_ok_and(is_of_one_host),
        };
        tells.then_some(value)
    }

    /// The value as an index knows it, so that two spellings of one are one.
    #[must_use]
    pub fn indexed(self, value: &str) -> String {
        match self {
            Mark::Serial | Mark::AssetTag => value.to_lowercase(),
            _ => value.to_owned(),
        }
    }
}

/// Placeholders without blanks and signs, in small letters.
const PLACEHOLDERS: [&str; 22] = [
    "tobefilledbyoem",
    "defaultstring",
    "systemserialnumber",
    "chassisserialnumber",
    "serialnumber",
    "assettag",
    "noassettag",
    "noassetinformation",
    "assettagnumber",
    "notspecified",
    "notapplicable",
    "notavailable",
    "none",
    "null",
    "na",
    "unknown",
    "invalid",
    "empty",
    "oem",
    "0123456789",
    "123456789",
    "releasekeys",
];

const PLACEHOLDER_UUIDS: [&str; 3] = [
    "03000200-0400-0500-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "00020003-0004-0005-0006-000700080009",
];

/// Whether a maker or a program put it where nothing was known.
fn is_placeholder(value: &str) -> bool {
    let plain: String = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut chars = plain.chars();
    let alike = chars.next().is_none_or(|first| chars.all(|c| c == first));
    alike || PLACEHOLDERS.contains(&plain.as_str())
}

/// Beginnings of addresses that programs make up on many machines: Docker, VirtualBox's and VMware's own networks, routers
/// that stand in for each other, Windows' loopback and dial-in adapters.
const SHARED: [&str; 10] = [
    "02:42:",
    "0a:00:27:00:00:",
    "00:50:56:c0:00:",
    "00:00:5e:00:01:",
    "00:00:5e:00:02:",
    "00:00:0c:07:ac:",
    "00:00:0c:9f:f",
    "02:00:4c:4f:4f:50",
    "20:41:53:59:4e:ff",
    "00:15:5d:00:00:00",
];

fn is_of_one_card(mac: &str) -> bool {
    let pairs: Vec<u8> = mac.split(':').filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
    let Some(first) = pairs.first() else { return false };
    let all_alike = pairs.iter().all(|pair| pair == first);
    let is_for_many = first & 1 == 1;
    pairs.len() == 6
        && mac.len() == 17
        && !all_alike
        && !is_for_many
        && !SHARED.iter().any(|shared| mac.starts_with(shared))
}

fn is_of_one_host(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !(v4.is_loopback() || v4.is_unspecified() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast())
        }
        IpAddr::V6(v6) => {
            let link_local = v6.segments().first().is_some_and(|first| first & 0xffc0 == 0xfe80);
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || link_local)
        }
    }
}

/// A UUID with the bytes of its first three groups turned round: firmware of one machine is read in both orders.
#[must_use]
pub fn turned(uuid: &str) -> Option<String> {
    let groups: Vec<&str> = uuid.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths != [8, 4, 4, 4, 12] || !uuid.chars().all(|c| c == '-' || c.is_ascii_hexdigit()) {
        return None;
    }
    let turn = |group: &str| -> String {
        let chars: Vec<char> = group.chars().collect();
        chars.chunks(2).rev().flatten().collect()
    };
    let turned: Vec<String> =
        groups.iter().enumerate().map(|(n, group)| if n < 3 { turn(group) } else { (*group).to_owned() }).collect();
    Some(turned.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_makers_tell_nothing() {
        for serial in ["To Be Filled By O.E.M.", "0", "None", "N/A", "0000000000", "System Serial Number", " ", "xxxx"]
        {
            assert_eq!(Mark::Serial.telling(serial), None, "{serial}");
        }
        assert_eq!(Mark::Serial.telling(" 640HP72 "), Some(String::from("640HP72")));
        assert_eq!(Mark::AssetTag.telling("release-keys"), None);
        assert_eq!(Mark::Uuid.telling("03000200-0400-0500-0006-000700080009"), None);
        assert_eq!(Mark::Uuid.telling("00000000-0000-0000-0000-000000000000"), None);
    }

    #[test]
    fn addresses_that_many_machines_have_tell_nothing() {
        for mac in
            ["00:00:00:00:00:00", "02:42:AC:1C:01:03", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "0a:00:27:00:00:00"]
        {
            assert_eq!(Mark::Mac.telling(mac), None, "{mac}");
        }
        assert_eq!(Mark::Mac.telling("6C-2E-85-19-AF-00"), Some(String::from("6c:2e:85:19:af:00")));
        assert_eq!(Mark::Mac.telling("52:54:00:12:34:56"), Some(String::from("52:54:00:12:34:56")));
        for ip in ["127.0.0.1", "::1", "fe80::1", "169.254.0.192", "0.0.0.0"] {
            assert_eq!(Mark::Ip.telling(ip), None, "{ip}");
        }
        assert_eq!(Mark::Fqdn.telling("localhost.localdomain"), None);
        assert_eq!(Mark::Fqdn.telling("glpixps"), None);
        assert_eq!(Mark::Fqdn.telling("LF014.glpi-project.infra."), Some(String::from("lf014.glpi-project.infra")));
    }

    #[test]
    fn a_uuid_is_known_in_both_orders_of_its_bytes() {
        let told = "4c4c4544-0034-3010-8048-b6c04f503732";
        assert_eq!(turned(told).as_deref(), Some("44454c4c-3400-1030-8048-b6c04f503732"));
        assert_eq!(turned("5506c9cf948e"), None);
    }
}
