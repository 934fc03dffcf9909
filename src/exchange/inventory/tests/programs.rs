//! What programs write.

use super::*;

const LAPTOP: &str = r#"{ "deviceid": "pc7-2026", "action": "inventory", "content": { "versionclient": "x",
  "accesslog": { "logdate": "2026-06-12 14:19:54" },
  "hardware": { "name": "pc7", "chassis_type": "Notebook", "memory": 7800, "uuid": "4C4C4544-0034-3010-8048-B6C04F503732", "vmsystem": "Physical" },
  "bios": { "ssn": "640HP72", "smodel": "XPS 13", "smanufacturer": "Dell Inc.\u001b[31m" },
  "operatingsystem": { "full_name": "Fedora 31", "fqdn": "pc7", "timezone": { "offset": "+0200" } },
  "cpus": [ { "core": 2, "name": "i5" }, { "core": 2, "name": "i5" } ],
  "memories": [ { "capacity": 4096 }, { "capacity": "4096" }, { "capacity": "none" } ],
  "storages": [ { "disksize": 256060 }, { "disksize": 32000, "description": "USB stick" } ],
  "networks": [
    { "description": "lo", "mac": "00:00:00:00:00:00", "ipaddress": "127.0.0.1", "type": "loopback" },
    { "description": "docker0", "mac": "02:42:ac:11:00:01", "ipaddress": "172.17.0.1" },
    { "description": "wlp58s0", "mac": "44:85:00:2b:90:bc", "ipaddress": "192.168.1.20", "ipaddress6": "fe80::1" } ],
  "softwares": [ { "name": "gitg", "version": "3.32", "publisher": "Fedora" }, { "version": "1" } ],
  "virtualmachines": [ { "name": "win10", "uuid": "c37f7ce8-af95-4676-b454-0959f2c5e162", "vmtype": "libvirt", "vcpu": 2, "memory": 4096 },
    { "name": "redis", "vmtype": "docker" } ] } }"#;

#[test]
fn glpi_tells_a_computer_with_its_parts_and_guests() {
    let read = heard(Format::Glpi, "a.json", LAPTOP);
    // 14:19:54 two hours east of Greenwich.
    assert_eq!(read.inventory.at.to_string(), "2026-06-12T12:19:54Z");
    let [pc, guest] = read.inventory.found.as_slice() else { panic!("two things") };
    assert_eq!((pc.key.as_str(), pc.class.as_str(), pc.name.as_deref()), ("pc7-2026", "laptop", Some("pc7")));
    assert_eq!(
        told(pc, "serial vendor memory cores disk mac ip os"),
        "serial=640HP72 vendor=Dell Inc.[31m memory=8192 cores=4 disk=256 mac=44:85:00:2b:90:bc ip=192.168.1.20,fe80::1 os=Fedora 31"
            .replace("[31m", "")
    );
    assert_eq!(pc.software.as_ref().unwrap().len(), 1);
    assert_eq!(
        (guest.class.as_str(), guest.relations[0].2.as_slice()),
        ("virtual_machine", [String::from("pc7-2026")].as_slice())
    );
    assert_eq!(read.warnings, ["left out: 1 container on pc7-2026; only virtual machines become CIs"]);
}

#[test]
fn glpi_tells_network_devices_and_a_part_says_so() {
    let switch = r#"{ "deviceid": "sw", "itemtype": "NetworkEquipment", "content": { "versionclient": "x",
      "network_device": { "name": "sw1", "model": "2530-48G", "serial": "CN1", "mac": "b0:5a:da:10:10:80", "ips": ["127.0.0.1", "10.0.0.9"] },
      "network_ports": [ {"iftype": 6}, {"iftype": 6}, {"iftype": 6}, {"iftype": 6}, {"iftype": 6}, {"iftype": 6}, {"iftype": 6}, {"iftype": 6}, {"iftype": 24} ] } }"#;
    let read = heard(Format::Glpi, "a.json", switch);
    assert_eq!((read.inventory.found[0].class.as_str(), read.inventory.at <= NOW), ("switch", true));
    assert_eq!(told(&read.inventory.found[0], "ports ip"), "ports=8 ip=10.0.0.9,127.0.0.1");
    let part = r#"{ "deviceid": "pc7", "partial": true, "content": { "hardware": { "name": "pc7", "memory": 7800 }, "drives": [ { "total": 1000 } ] } }"#;
    let read = heard(Format::Glpi, "a.json", part);
    assert!(read.inventory.found[0].partial);
    assert_eq!(told(&read.inventory.found[0], "memory disk"), "disk=1");
    assert_eq!(refused(Format::Glpi, "{}"), "it is no GLPI inventory: 'content' is missing");
    assert!(refused(Format::Glpi, "<xml/>").starts_with("it is no JSON: "));
}

const SCAN: &str = r#"<?xml version="1.0"?><!DOCTYPE nmaprun>
<nmaprun scanner="nmap" start="1607282135"><host><status state="up"/>
<address addr="192.168.1.9" addrtype="ipv4"/><address addr="6C:2E:85:19:AF:00" addrtype="mac" vendor="Sagemcom"/>
<hostnames><hostname name="box" type="user"/><hostname name="box.example.org" type="PTR"/></hostnames>
<ports><port protocol="tcp" portid="443"><state state="open"/><service name="https"/></port>
<port protocol="tcp" portid="80"><state state="open"/><service name="http &amp; more"/></port>
<port protocol="tcp" portid="23"><state state="closed"/></port></ports>
<os><osmatch name="Linux 2.6 &ha;" accuracy="95"><osclass type="broadband router" osfamily="Linux" accuracy="95"/></osmatch></os></host>
<host><status state="down"/><address addr="192.168.1.10" addrtype="ipv4"/></host>
<host><status state="up"/><address addr="127.0.0.1" addrtype="ipv4"/></host></nmaprun>"#;

#[test]
fn nmap_tells_the_hosts_that_are_up() {
    let read = heard(Format::Nmap, "a.xml", SCAN);
    let [host] = read.inventory.found.as_slice() else { panic!("one host") };
    assert_eq!(
        (host.key.as_str(), host.class.as_str(), host.name.as_deref()),
        ("mac:6c:2e:85:19:af:00", "router", Some("box.example.org"))
    );
    assert_eq!(
        told(host, "mac vendor ip open_ports os"),
        "mac=6c:2e:85:19:af:00 vendor=Sagemcom ip=192.168.1.9 open_ports=80/tcp http & more,443/tcp https os=Linux 2.6 &ha;"
    );
    assert_eq!(read.inventory.at, Timestamp(1_607_282_135_000));
    assert_eq!(read.warnings.len(), 1);
    // A scan that was stopped in the middle tells what it has.
    let cut = SCAN.split("<ports>").next().unwrap();
    assert_eq!(heard(Format::Nmap, "a.xml", cut).inventory.found.len(), 1);
}

#[test]
fn a_hostile_report_is_refused_or_does_no_harm() {
    let outside = "<!DOCTYPE x [<!ENTITY ee SYSTEM \"file:///etc/passwd\">]><nmaprun>&ee;</nmaprun>";
    assert_eq!(
        refused(Format::Nmap, outside),
        "refused: it declares the external entity 'ee', by which it would read other files"
    );
    let by_parameter = "<!DOCTYPE x [<!ENTITY % dtd SYSTEM \"http://example.org/x.dtd\"> %dtd;]><nmaprun/>";
    assert!(refused(Format::Nmap, by_parameter).starts_with("refused: it declares the external entity"));
    let mut laughs = String::from("<!DOCTYPE nmaprun [<!ENTITY l0 \"lol\">");
    for n in 1..12 {
        laughs.push_str(&format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)));
    }
    laughs.push_str("]><nmaprun><host><status state=\"up\"/><address addr=\"10.0.0.1\" addrtype=\"ipv4\"/>&l11;");
    laughs.push_str("<hostnames><hostname name=\"&l11;\" type=\"PTR\"/></hostnames></host></nmaprun>");
    let read = heard(Format::Nmap, "a.xml", &laughs);
    assert_eq!(read.inventory.found[0].name.as_deref(), Some("&l11;"));
    assert!(refused(Format::Nmap, "<nmaprun><host></nmaprun>").starts_with("the XML is broken at byte "));
    assert!(refused(Format::Nmap, "<root/>").starts_with("it is no report of nmap: its root is <root>"));
    assert!(refused(Format::Nmap, "").starts_with("it is no report of nmap: there is no XML in it"));
    let deep = format!("<nmaprun>{}", "<host>".repeat(200_000));
    assert!(heard(Format::Nmap, "a.xml", &deep).inventory.found.is_empty());
}

const NETBOX: &str = r#"[
 {"model": "auth.user", "pk": 1, "fields": {"username": "admin", "password": "pbkdf2_sha256$1"}},
 {"model": "users.token", "pk": 1, "fields": {"key": "0123456789abcdef"}},
 {"model": "dcim.site", "pk": 1, "fields": {"name": "Berlin", "status": "active", "tenant": 1}},
 {"model": "tenancy.tenant", "pk": 1, "fields": {"name": "Initech"}},
 {"model": "dcim.location", "pk": 2, "fields": {"name": "Room 4", "site": 1, "parent": null, "status": "active"}},
 {"model": "dcim.rack", "pk": 3, "fields": {"name": "R1", "site": 1, "location": 2, "u_height": 42, "serial": "", "asset_tag": null}},
 {"model": "dcim.manufacturer", "pk": 1, "fields": {"name": "Dell"}},
 {"model": "dcim.devicetype", "pk": 1, "fields": {"model": "R640", "manufacturer": 1}},
 {"model": "dcim.devicerole", "pk": 1, "fields": {"name": "Application Server"}},
 {"model": "dcim.devicerole", "pk": 2, "fields": {"name": "ToR Switch"}},
 {"model": "dcim.devicerole", "pk": 3, "fields": {"name": "PDU"}},
 {"model": "dcim.device", "pk": 7, "fields": {"name": "app1", "role": 1, "device_type": 1, "serial": "S1", "site": 1, "rack": 3, "position": "4.0", "status": "offline", "cluster": 1}},
 {"model": "dcim.device", "pk": 8, "fields": {"name": "sw1", "role": 2, "device_type": 1, "site": 1, "rack": 3, "status": "active"}},
 {"model": "dcim.device", "pk": 9, "fields": {"name": null, "role": 3, "device_type": 1, "site": 1, "rack": null, "location": 2, "status": "active"}},
 {"model": "dcim.interface", "pk": 70, "fields": {"device": 7, "name": "eth0", "mac_address": "00:1A:2B:00:00:01"}},
 {"model": "dcim.interface", "pk": 80, "fields": {"device": 8, "name": "ge0"}},
 {"model": "dcim.powerport", "pk": 71, "fields": {"device": 7}},
 {"model": "dcim.poweroutlet", "pk": 90, "fields": {"device": 9}},
 {"model": "dcim.cabletermination", "pk": 1, "fields": {"cable": 1, "cable_end": "A", "termination_type": ["dcim", "interface"], "termination_id": 80}},
 {"model": "dcim.cabletermination", "pk": 2, "fields": {"cable": 1, "cable_end": "B", "termination_type": ["dcim", "interface"], "termination_id": 70}},
 {"model": "dcim.cabletermination", "pk": 3, "fields": {"cable": 2, "cable_end": "A", "termination_type": ["dcim", "powerport"], "termination_id": 71}},
 {"model": "dcim.cabletermination", "pk": 4, "fields": {"cable": 2, "cable_end": "B", "termination_type": ["dcim", "poweroutlet"], "termination_id": 90}},
 {"model": "contenttypes.contenttype", "pk": 5, "fields": {"app_label": "dcim", "model": "interface"}},
 {"model": "ipam.ipaddress", "pk": 1, "fields": {"address": "10.0.0.7/24", "dns_name": "app1.example.org", "assigned_object_type": 5, "assigned_object_id": 70}},
 {"model": "ipam.prefix", "pk": 1, "fields": {"prefix": "10.0.0.0/24", "site": 1, "status": "container"}},
 {"model": "virtualization.cluster", "pk": 1, "fields": {"name": "vmw", "status": "active"}},
 {"model": "virtualization.virtualmachine", "pk": 1, "fields": {"name": "vm1", "cluster": 1, "vcpus": "2.00", "memory": 2048, "status": "active"}},
 {"model": "extras.tag", "pk": 1, "fields": {"name": "Alpha"}},
 {"model": "extras.taggeditem", "pk": 1, "fields": {"content_type": ["dcim", "site"], "object_id": 1, "tag": 1}}
]"#;

#[test]
fn netbox_tells_how_things_hang_together() {
    let read = heard(Format::Netbox, "a.json", NETBOX);
    let lines: Vec<String> = read
        .inventory
        .found
        .iter()
        .map(|it| {
            let relations: Vec<String> = it
                .relations
                .iter()
                .filter(|(.., others)| !others.is_empty())
                .map(|(relation, _, others)| format!("{relation} {}", others.join("+")))
                .collect();
            format!("{} {} {}: {}", it.key, it.class, it.name.clone().unwrap(), relations.join(", "))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "site/1 site Berlin: ",
            "location/2 room Room 4: located_in site/1",
            "rack/3 rack R1: located_in location/2",
            "cluster/1 cluster vmw: ",
            "device/7 hypervisor app1: located_in rack/3, connects_to device/8, powered_by device/9, member_of cluster/1",
            "device/8 switch sw1: located_in rack/3",
            "device/9 power R640 (9): located_in location/2",
            "vm/1 virtual_machine vm1: runs_on cluster/1",
            "prefix/1 network 10.0.0.0/24: located_in site/1",
        ]
    );
    let app = read.inventory.found.iter().find(|it| it.key == "device/7").unwrap();
    assert_eq!(
        told(app, "status serial model vendor rack_unit mac ip fqdn"),
        "status=maintenance serial=S1 model=R640 vendor=Dell rack_unit=4 mac=00:1A:2B:00:00:01 ip=10.0.0.7 fqdn=app1.example.org"
    );
    assert_eq!(told(&read.inventory.found[0], "tag description"), "tag=Alpha description=Tenant: Initech");
    let kept = String::from_utf8(read.inventory.raw).unwrap();
    assert!(!kept.contains("pbkdf2") && !kept.contains("0123456789abcdef") && kept.contains("Berlin"));
}

#[test]
fn netbox_comes_packed_and_what_is_no_dump_is_refused() {
    let folder = Folder::new();
    let packed = |text: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, text).unwrap();
        encoder.finish().unwrap()
    };
    let read = read(Format::Netbox, &folder.file("a.json.gz", packed(NETBOX.as_bytes())), NOW).unwrap();
    assert_eq!(read.inventory.found.len(), 9);
    assert_eq!(
        refused(Format::Netbox, "[]"),
        "it is no dump of NetBox: nothing of dcim, virtualization or ipam is in it"
    );
    assert!(refused(Format::Netbox, "{}").starts_with("it is no dump of NetBox: a list of objects is expected"));
}

const FACTS: &str = r#"{ "ansible_facts": { "ansible_hostname": "web1", "ansible_fqdn": "web1.example.org",
  "ansible_product_serial": "NA", "ansible_product_uuid": "4c4c4544-0034-3010-8048-b6c04f503732", "ansible_virtualization_role": "guest",
  "ansible_distribution": "Debian", "ansible_distribution_version": "12", "ansible_memtotal_mb": 3921, "ansible_processor_vcpus": 2,
  "ansible_processor": ["0", "GenuineIntel", "Intel Xeon"], "ansible_interfaces": ["lo", "eth0", "docker0"],
  "ansible_eth0": { "macaddress": "52:54:00:12:34:56", "ipv4": { "address": "10.0.0.5" }, "ipv6": [ { "address": "2001:db8::5" } ] },
  "ansible_docker0": { "macaddress": "02:42:00:00:00:01", "ipv4": { "address": "172.17.0.1" } },
  "ansible_env": { "DB_PASSWORD": "hunter2" }, "ansible_date_time": { "epoch": "1780000000" },
  "packages": { "bash": [ { "version": "5.2", "release": "3" } ] } }, "changed": false }"#;

#[test]
fn ansible_tells_the_facts_of_a_host() {
    for text in [FACTS.to_owned(), format!("web1 | SUCCESS => {FACTS}")] {
        let read = heard(Format::Ansible, "web1", &text);
        let [it] = read.inventory.found.as_slice() else { panic!("one host") };
        assert_eq!(
            (it.key.as_str(), it.class.as_str(), it.name.as_deref()),
            ("web1.example.org", "virtual_machine", Some("web1"))
        );
        assert_eq!(
            told(it, "os memory cores cpu mac ip"),
            "os=Debian 12 memory=3921 cores=2 cpu=Intel Xeon mac=52:54:00:12:34:56 ip=10.0.0.5,2001:db8::5"
        );
        assert_eq!(it.software.as_ref().unwrap()[0].1, "5.2-3");
        assert_eq!(read.inventory.at, Timestamp(1_780_000_000_000));
        assert!(!String::from_utf8(read.inventory.raw).unwrap().contains("hunter2"));
    }
    let failed = r#"{ "unreachable": true, "msg": "Connection timed out" }"#;
    assert_eq!(refused(Format::Ansible, failed), "Ansible did not reach the host: Connection timed out");
}

#[test]
fn ansible_tells_the_hosts_of_an_inventory_and_keeps_no_secrets() {
    let text = r#"{ "_meta": { "hostvars": { "db1.example.org": { "ansible_host": "10.0.0.6", "ansible_password": "hunter2" } } },
      "all": { "children": ["ungrouped", "db"] }, "db": { "hosts": ["db1.example.org", "10.0.0.7"] } }"#;
    let read = heard(Format::Ansible, "hosts.json", text);
    let lines: Vec<String> = read
        .inventory
        .found
        .iter()
        .map(|it| format!("{} {} {}", it.key, it.name.clone().unwrap(), told(it, "ip fqdn tag")))
        .collect();
    assert_eq!(
        lines,
        ["10.0.0.7 10.0.0.7 ip=10.0.0.7 tag=db", "db1.example.org db1 ip=10.0.0.6 fqdn=db1.example.org tag=db"]
    );
    assert!(!String::from_utf8(read.inventory.raw).unwrap().contains("hunter2"));
}

#[test]
fn text_in_other_encodings_is_read_and_folders_stand_for_their_files() {
    let folder = Folder::new();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(LAPTOP.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let path = folder.file("b.json", utf16);
    assert_eq!(read(Format::Glpi, &path, NOW).unwrap().inventory.found.len(), 2);
    folder.file("a.JSON", LAPTOP);
    folder.file("notes.txt", "x");
    folder.file(".hidden.json", LAPTOP);
    let names = |given: &[PathBuf]| -> Vec<String> {
        files(Format::Glpi, given)
            .unwrap()
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    assert_eq!(names(&[folder.0.path().to_owned()]), ["a.JSON", "b.json"]);
    assert!(
        files(Format::Nmap, &[folder.0.path().to_owned()])
            .unwrap_err()
            .to_string()
            .ends_with("there is no .xml in this folder")
    );
    assert!(read(Format::Glpi, &folder.file("c.json", [0, 159, 146, 150]), NOW).is_err());
}
