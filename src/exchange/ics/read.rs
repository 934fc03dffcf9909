//! Events of a calendar as windows: what can't be one is told with its line and the reason, and the rest comes in.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use crate::desk::change::window::{Recurrence, Scope, Source, Wall, Window, WindowKind, wall};
use crate::desk::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::exchange::ics::line::{Line, lines};
use crate::exchange::ics::zone::named;

/// So many events are taken from one file.
const EVENTS: usize = 20_000;
/// So many octets a file may have.
const SIZE: usize = 32 << 20;

/// What events shall become.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Freezes or maintenance.
    pub kind: WindowKind,
    /// What they are about.
    pub scope: Scope,
    /// Whose clock is meant by times that name no zone, and by whole days.
    pub zone: Tz,
}

/// A calendar as read.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// What became windows.
    pub windows: Vec<Window>,
    /// UIDs of events that were called off.
    pub cancelled: Vec<String>,
    /// What could not.
    pub unread: Vec<Unread>,
    /// How many events the file has.
    pub events: usize,
}

/// An event that can't be a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The line on which it begins.
    pub line: usize,
    /// What it is called.
    pub name: String,
    /// Why not.
    pub reason: String,
}

/// Reads the events of a calendar.
///
/// # Errors
/// A sentence, when it is no calendar, or none with events.
pub fn read(bytes: &[u8], reading: &Reading) -> Result<Calendar, String> {
    if bytes.len() > SIZE {
        return Err(format!("it has more than {} MiB", SIZE >> 20));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (text, ..) = match std::str::from_utf8(bytes) {
        Ok(text) => (std::borrow::Cow::Borrowed(text), (), ()),
        Err(_) => (encoding_rs::WINDOWS_1252.decode(bytes).0, (), ()),
    };
    let lines = lines(&text);
    let begins =
        |what: &str| lines.iter().any(|line| line.name == "BEGIN" && line.value.trim().eq_ignore_ascii_case(what));
    if !begins("VCALENDAR") && !begins("VEVENT") {
        return Err(String::from("it is no calendar: there is no BEGIN:VCALENDAR in it"));
    }
    let events = events(&lines);
    if events.is_empty() {
        let others: Vec<&str> = ["VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", "VTIMEZONE"]
            .into_iter()
            .filter(|what| begins(what))
            .collect();
        let has = if others.is_empty() { String::new() } else { format!(", only {}", others.join(", ")) };
        return Err(format!("there are no events in it{has}"));
    }
    if events.len() > EVENTS {
        return Err(format!("it has {} events; at most {EVENTS} are taken from one file", events.len()));
    }
    let zones = zones(&lines);
    let mut calendar = Calendar { events: events.len(), ..Calendar::default() };
    let mut moved: BTreeMap<String, Vec<Wall>> = BTreeMap::new();
    for event in &events {
        match event.window(reading, &zones) {
            Ok(Taken::Window(window)) => calendar.windows.push(*window),
            Ok(Taken::Instead { of, at, window }) => {
                moved.entry(of).or_default().push(at);
                calendar.windows.extend(window.map(|window| *window));
            }
            Ok(Taken::CalledOff(uid)) => calendar.cancelled.push(uid),
            Err(reason) => {
                let name = event.get("SUMMARY").map_or_else(|| String::from("an event"), Line::text);
                calendar.unread.push(Unread { line: event.at, name, reason });
            }
        }
    }
    for window in &mut calendar.windows {
        let Some(source) = &window.source else { continue };
        for at in moved.remove(&source.uid).into_iter().flatten() {
            window.recurrence.leave_out(at);
        }
    }
    calendar.windows.iter_mut().for_each(seal);
    Ok(calendar)
}

/// Marks a window by what it is, so that the same one is known again.
fn seal(window: &mut Window) {
    let told = format!("{window:?}");
    if let Some(source) = &mut window.source {
        source.digest = Sha256::digest(told).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    }
}

/// The properties of one event.
struct Event<'l> {
    at: usize,
    lines: Vec<&'l Line>,
}

/// What an event came to.
enum Taken {
    Window(Box<Window>),
    /// One time of another event that was moved, or called off.
    Instead {
        of: String,
        at: Wall,
        window: Option<Box<Window>>,
    },
    CalledOff(String),
}

/// The events, without what stands inside of them, such as alarms.
fn events(lines: &[Line]) -> Vec<Event<'_>> {
    let mut events = Vec::new();
    let mut open: Option<Event> = None;
    let mut inside = 0_usize;
    for line in lines {
        let word = line.value.trim();
        match (line.name.as_str(), &mut open) {
            ("BEGIN", None) if word.eq_ignore_ascii_case("VEVENT") => {
                open = Some(Event { at: line.at, lines: Vec::new() })
            }
            ("BEGIN", Some(_)) => inside += 1,
            ("END", Some(_)) if inside > 0 => inside -= 1,
            ("END", Some(_)) => events.extend(open.take()),
            (_, Some(event)) if inside == 0 => event.lines.push(line),
            _ => {}
        }
    }
    events.extend(open);
    events
}

/// Zones that the file itself says where they are.
fn zones(lines: &[Line]) -> BTreeMap<String, Tz> {
    let mut zones = BTreeMap::new();
    let mut id: Option<&str> = None;
    for line in lines {
        match line.name.as_str() {
            "BEGIN" if line.value.trim().eq_ignore_ascii_case("VTIMEZONE") => id = None,
            "TZID" => id = Some(line.value.trim()),
            "X-LIC-LOCATION" => {
                if let (Some(id), Some(zone)) = (id, named(&line.value)) {
                    zones.insert(id.to_owned(), zone);
                }
            }
            _ => {}
        }
    }
    zones
}

impl Event<'_> {
    fn get(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name).copied()
    }

    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Line> + 'e {
        self.lines.iter().filter(move |line| line.name == name).copied()
    }

    fn window(&self, reading: &Reading, zones: &BTreeMap<String, Tz>) -> Result<Taken, String> {
        let start = self.get("DTSTART").ok_or("it has no DTSTART, so nobody knows when it is")?;
        let zone = zone_of(start, reading.zone, zones)?;
        let starts = wall(start.value.trim(), zone).map_err(|why| format!("DTSTART: {why}"))?;
        let ends = self.ends(start, starts, zone, zones)?;
        let name = self.get("SUMMARY").map(Line::text).filter(|name| !name.is_empty());
        let name =
            name.unwrap_or_else(|| String::from("without a name")).split_whitespace().collect::<Vec<_>>().join(" ");
        let uid = match self.get("UID").map(Line::text).filter(|uid| !uid.is_empty()) {
            Some(uid) => uid,
            // Not allowed, and seen: what it says is all that tells it from others.
            None => format!("{name} {starts}"),
        };
        let status = self.get("STATUS").is_some_and(|line| line.value.trim().eq_ignore_ascii_case("CANCELLED"));
        let sequence = self.get("SEQUENCE").and_then(|line| line.value.trim().parse().ok()).unwrap_or(0);
        let mut window = Window {
            name,
            kind: reading.kind,
            starts,
            ends,
            zone,
            recurrence: self.recurrence(zone, zones)?,
            scope: reading.scope.clone(),
            note: self.get("DESCRIPTION").map(Line::text).unwrap_or_default(),
            source: Some(Source { uid: uid.clone(), sequence, digest: String::new() }),
        };
        if let Some(line) = self.get("RECURRENCE-ID") {
            let at =
                wall(line.value.trim(), zone_of(line, zone, zones)?).map_err(|why| format!("RECURRENCE-ID: {why}"))?;
            let own = format!("{uid}/{}", line.value.trim());
            window.recurrence = Recurrence::default();
            window.source = Some(Source { uid: own, sequence, digest: String::new() });
            if !status {
                window.check()?;
            }
            return Ok(Taken::Instead { of: uid, at, window: (!status).then(|| Box::new(window)) });
        }
        if status {
            return Ok(Taken::CalledOff(uid));
        }
        window.check()?;
        Ok(Taken::Window(Box::new(window)))
    }

    /// Its end, by the clock of its beginning: as given, after its duration, or what the standard says of neither.
    fn ends(&self, start: &Line, starts: Wall, zone: Tz, zones: &BTreeMap<String, Tz>) -> Result<Wall, String> {
        let whole_day = start.value.trim().len() == 8;
        if let Some(end) = self.get("DTEND") {
            let own = zone_of(end, zone, zones)?;
            let ends = wall(end.value.trim(), own).map_err(|why| format!("DTEND: {why}"))?;
            let ends = if own == zone { ends } else { Wall::of(ends.instant(own), zone) };
            // A day that ends on itself is that day.
            return Ok(if whole_day && ends == starts { starts.plus(DAY) } else { ends });
        }
        match self.get("DURATION") {
            Some(line) => {
                let length = duration(line.value.trim());
                length.map(|ms| starts.plus(ms)).ok_or_else(|| format!("DURATION: '{}' is none", line.value.trim()))
            }
            None if whole_day => Ok(starts.plus(DAY)),
            None => Err(String::from("it has no end, so it is a moment and no window")),
        }
    }

    fn recurrence(&self, zone: Tz, zones: &BTreeMap<String, Tz>) -> Result<Recurrence, String> {
        let mut rules = self.all("RRULE").map(|line| line.value.split_whitespace().collect::<String>());
        let rule = rules.next().unwrap_or_default();
        if rules.next().is_some() {
            return Err(String::from("it has more than one RRULE"));
        }
        if self.get("EXRULE").is_some() {
            return Err(String::from("it has an EXRULE, which nobody may write any more; EXDATE is understood"));
        }
        let mut recurrence = Recurrence::read(&rule, zone).map_err(|why| format!("RRULE: {why}"))?;
        for name in ["RDATE", "EXDATE"] {
            for line in self.all(name) {
                let own = zone_of(line, zone, zones)?;
                for word in line.value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                    // A period comes as long as the others: a window has one length.
                    let begin = word.split('/').next().unwrap_or(word);
                    let at = wall(begin, own).map_err(|why| format!("{name}: {why}"))?;
                    let at = if own == zone { at } else { Wall::of(at.instant(own), zone) };
                    if name == "RDATE" { recurrence.add(at) } else { recurrence.leave_out(at) }
                }
            }
        }
        Ok(recurrence)
    }
}

/// Whose clock a time is by.
fn zone_of(line: &Line, otherwise: Tz, zones: &BTreeMap<String, Tz>) -> Result<Tz, String> {
    if line.value.trim().ends_with(['Z', 'z']) {
        return Ok(Tz::UTC);
    }
    match line.param("TZID") {
        None => Ok(otherwise),
        Some(id) => zones.get(id).copied().or_else(|| named(id)).ok_or_else(|| {
            format!("{}: the time zone '{id}' is not known; zones are called as Europe/Berlin is", line.name)
        }),
    }
}

/// A duration of RFC 5545 3.3.6 in milliseconds: `PT1H30M`, `P1W`.
fn duration(text: &str) -> Option<i64> {
    let text = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (mut total, mut digits) = (0_i64, String::new());
    for c in text.chars() {
        let unit = match c {
            'T' if digits.is_empty() => continue,
            '0'..='9' => {
                digits.push(c);
                continue;
            }
            'W' => 7 * DAY,
            'D' => DAY,
            'H' => HOUR,
            'M' => MINUTE,
            'S' => 1_000,
            _ => return None,
        };
        total = total.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    (digits.is_empty() && total > 0 && Timestamp(total).0 < 400 * DAY).then_some(total)
}

#[cfg(test)]
mod tests;
