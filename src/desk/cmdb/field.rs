//! The fields of a CI: those that every CI has, and those that its class adds; how each is typed and shown.

use chrono::{Datelike, NaiveDate};

use crate::desk::cmdb::class::{Attribute, Type};
use crate::desk::field::Value;

/// A field that every CI has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the table says what each is")]
pub enum Common {
    Name,
    Class,
    Status,
    Criticality,
    Environment,
    Team,
    Contact,
    Holder,
    Location,
    Serial,
    AssetTag,
    Description,
    Created,
    Updated,
    Seen,
}

impl Common {
    /// All of them, in the order in which forms and exports show them.
    pub const ALL: [Common; 15] = [
        Common::Name,
        Common::Class,
        Common::Status,
        Common::Criticality,
        Common::Environment,
        Common::Team,
        Common::Contact,
        Common::Holder,
        Common::Location,
        Common::Serial,
        Common::AssetTag,
        Common::Description,
        Common::Created,
        Common::Updated,
        Common::Seen,
    ];

    /// Name, label, what it holds, and one sentence for help.
    fn spec(self) -> (&'static str, &'static str, Type, &'static str) {
        match self {
            Common::Name => ("name", "Name", Type::Text, "What people call it."),
            Common::Class => ("class", "Class", Type::Choice, "What kind of thing it is."),
            Common::Status => ("status", "Status", Type::Choice, "Where it is in its life."),
            Common::Criticality => ("criticality", "Criticality", Type::Choice, "How much depends on it."),
            Common::Environment => ("environment", "Environment", Type::Choice, "Production, test…"),
            Common::Team => ("team", "Team", Type::Team, "The group that owns it."),
            Common::Contact => ("contact", "Contact", Type::Person, "Who answers for it."),
            Common::Holder => ("holder", "Holder", Type::Person, "To whom it was handed out."),
            Common::Location => ("location", "Location", Type::Ci, "The rack, room or site in which it stands."),
            Common::Serial => ("serial", "Serial", Type::Text, "The maker's serial number."),
            Common::AssetTag => ("asset_tag", "Asset tag", Type::Text, "The sticker; one CI alone has it."),
            Common::Description => ("description", "Description", Type::Long, "What else there is to know."),
            Common::Created => ("created", "Created", Type::Time, "When its record was made."),
            Common::Updated => ("updated", "Updated", Type::Time, "When its record last changed."),
            Common::Seen => ("seen", "Last seen", Type::Time, "When an inventory last found it."),
        }
    }

    /// Its word in commands, queries and files; also its column, but for the location, which is a relation.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().0
    }

    /// Its label on screens.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.spec().1
    }

    /// What it holds.
    #[must_use]
    pub fn holds(self) -> Type {
        self.spec().2
    }

    /// One sentence for help.
    #[must_use]
    pub fn help(self) -> &'static str {
        self.spec().3
    }

    /// Whether the desk itself gives it its value.
    #[must_use]
    pub fn is_given_by_desk(self) -> bool {
        matches!(self, Common::Created | Common::Updated | Common::Seen)
    }

    /// The field of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Common> {
        Common::ALL.into_iter().find(|common| common.name() == name)
    }
}

/// The environments that a CI may be in.
pub const ENVIRONMENTS: [&str; 5] = ["production", "staging", "test", "development", "recovery"];

/// A field of a CI of some class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldOf<'a> {
    /// One that every CI has.
    Common(Common),
    /// One that the class has.
    Attribute(&'a Attribute),
}

impl<'a> FieldOf<'a> {
    /// Its word.
    #[must_use]
    pub fn name(self) -> &'a str {
        match self {
            FieldOf::Common(common) => common.name(),
            FieldOf::Attribute(attribute) => &attribute.name,
        }
    }

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'a str {
        match self {
            FieldOf::Common(common) => common.label(),
            FieldOf::Attribute(attribute) => &attribute.label,
        }
    }

    /// What it holds.
    #[must_use]
    pub fn holds(self) -> Type {
        match self {
            FieldOf::Common(common) => common.holds(),
            FieldOf::Attribute(attribute) => attribute.holds,
        }
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self, FieldOf::Attribute(Attribute { many: true, .. }))
    }
}

impl Attribute {
    /// What is typed, as the desk file keeps it. References are looked up by whoever knows the CIs.
    ///
    /// # Errors
    /// A sentence that says what the field takes.
    pub fn read(&self, typed: &str) -> Result<Value, String> {
        let typed = typed.trim();
        let refuse = |takes: &str| Err(format!("{}: takes {takes}, not '{typed}'", self.name));
        match self.holds {
            Type::Number => {
                let Some(number) = scaled(typed, self.decimals) else {
                    return match self.decimals {
                        0 => refuse("a whole number"),
                        n => refuse(&format!("a number with at most {n} digits behind the point")),
                    };
                };
                let power = 10_i64.pow(u32::from(self.decimals));
                let least = self.min.map(|min| min.saturating_mul(power));
                let most = self.max.map(|max| max.saturating_mul(power));
                if least.is_some_and(|least| number < least) {
                    return refuse(&format!("{} at least", self.min.unwrap_or_default()));
                }
                if most.is_some_and(|most| number > most) {
                    return refuse(&format!("{} at most", self.max.unwrap_or_default()));
                }
                Ok(Value::Int(number))
            }
            Type::Date => date(typed).map_or_else(|| refuse("a day such as 2026-01-31"), |day| Ok(Value::from(day))),
            Type::Choice => match self.choices.iter().find(|choice| choice.eq_ignore_ascii_case(typed)) {
                Some(choice) => Ok(Value::from(choice.as_str())),
                None => refuse(&format!("one of {}", self.choices.join(", "))),
            },
            _ => match takes(&self.name) {
                Some((fits, takes)) if !fits(&normal(&self.name, typed)) => refuse(takes),
                _ => Ok(Value::from(normal(&self.name, typed))),
            },
        }
    }

    /// A value as people read it: numbers with their point and unit.
    #[must_use]
    pub fn show(&self, value: &Value) -> String {
        let number = match (self.holds, value) {
            (Type::Number, Value::Int(n)) => unscaled(*n, self.decimals),
            (_, Value::Int(n)) => n.to_string(),
            (_, Value::Text(text)) => text.clone(),
            (_, Value::Null) => return String::new(),
        };
        match &self.unit {
            Some(unit) => format!("{number} {unit}"),
            None => number,
        }
    }

    /// A value as programs read it: without its unit.
    #[must_use]
    pub fn plain(&self, value: &Value) -> String {
        match (self.holds, value) {
            (Type::Number, Value::Int(n)) => unscaled(*n, self.decimals),
            (_, Value::Int(n)) => n.to_string(),
            (_, Value::Text(text)) => text.clone(),
            (_, Value::Null) => String::new(),
        }
    }
}

/// Identifiers in one spelling, so that they are found however a program writes them: names in small letters, MAC addresses
/// with colons.
#[must_use]
pub fn normal(attribute: &str, value: &str) -> String {
    let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match attribute {
        "mac" => {
            let digits: Vec<char> = value.chars().filter(char::is_ascii_hexdigit).collect();
            let rest = value.chars().any(|c| !c.is_ascii_hexdigit() && !matches!(c, ':' | '-' | '.' | ' '));
            if digits.len() != 12 || rest {
                return value.to_lowercase();
            }
            let pairs: Vec<String> =
                digits.chunks(2).map(|pair| pair.iter().collect::<String>().to_lowercase()).collect();
            pairs.join(":")
        }
        "fqdn" => value.trim_end_matches('.').to_lowercase(),
        "uuid" | "tag" => value.to_lowercase(),
        "ip" => match value.split('/').next().unwrap_or_default().parse::<std::net::IpAddr>() {
            Ok(address) => address.to_string(),
            Err(_) => value.to_lowercase(),
        },
        _ => value,
    }
}

/// Whether a text is an identifier of some sort in its one spelling.
type Fits = fn(&str) -> bool;

/// What an identifier must look like, and how that is said.
fn takes(attribute: &str) -> Option<(Fits, &'static str)> {
    Some(match attribute {
        // InfiniBand's and FireWire's addresses are longer; all come in pairs of digits.
        "mac" => (
            |value| {
                let pairs: Vec<&str> = value.split(':').collect();
                matches!(pairs.len(), 6 | 8 | 20)
                    && pairs.iter().all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))
            },
            "an address such as 00:1a:2b:3c:4d:5e",
        ),
        // A link's own address names the link behind a percent sign (RFC 4007).
        "ip" => (
            |value| value.split('%').next().is_some_and(|address| address.parse::<std::net::IpAddr>().is_ok()),
            "an address such as 10.0.0.7 or 2001:db8::7",
        ),
        "uuid" => (
            |value| {
                value.chars().filter(char::is_ascii_hexdigit).count() == 32
                    && value.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '-' | '{' | '}'))
            },
            "32 hexadecimal digits",
        ),
        "fqdn" => (|value| !value.contains([' ', '/', '@']), "a name such as web1.example.org"),
        _ => return None,
    })
}

/// A day as it is kept, `2026-01-31`, if the text is one. Where day and month could change places it is none.
fn date(text: &str) -> Option<String> {
    let day = text.get(..10).filter(|_| text.get(10..11) == Some("T")).unwrap_or(text);
    ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(day, format).ok())
        .filter(|day| (1900..=9999).contains(&day.year()))
        .map(|day| day.format("%Y-%m-%d").to_string())
}

/// A decimal number as a whole number of its smallest parts; a comma stands for the point.
fn scaled(text: &str, decimals: u8) -> Option<i64> {
    let text = text.replace(',', ".");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) || part.len() > usize::from(decimals) {
        return None;
    }
    let padded = format!("{whole}{part:0<width$}", width = usize::from(decimals));
    padded.parse::<i64>().ok().map(|n| n * sign)
}

fn unscaled(number: i64, decimals: u8) -> String {
    if decimals == 0 {
        return number.to_string();
    }
    let power = 10_u64.pow(u32::from(decimals));
    let (sign, n) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
    format!("{sign}{}.{:0width$}", n / power, n % power, width = usize::from(decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(decimals: u8) -> Attribute {
        Attribute {
            name: String::from("cost"),
            label: String::from("Cost"),
            holds: Type::Number,
            many: false,
            identifies: false,
            expires: false,
            unit: None,
            decimals,
            min: Some(0),
            max: Some(1_000),
            choices: Vec::new(),
            class: None,
            help: String::new(),
        }
    }

    #[test]
    fn numbers_keep_their_decimals_exactly() {
        let cost = number(2);
        assert_eq!(cost.read("12.5"), Ok(Value::Int(1_250)));
        assert_eq!(cost.read("12,05"), Ok(Value::Int(1_205)));
        assert_eq!(cost.show(&Value::Int(1_205)), "12.05");
        assert_eq!(cost.show(&Value::Int(-5)), "-0.05");
        assert_eq!(
            cost.read("1.234").unwrap_err(),
            "cost: takes a number with at most 2 digits behind the point, not '1.234'"
        );
        assert_eq!(cost.read("-1").unwrap_err(), "cost: takes 0 at least, not '-1'");
        assert_eq!(number(0).read("1001").unwrap_err(), "cost: takes 1000 at most, not '1001'");
        assert_eq!(number(0).read("many").unwrap_err(), "cost: takes a whole number, not 'many'");
    }

    #[test]
    fn an_identifier_has_one_spelling() {
        for typed in ["00:1A:2b:3c:4D:5E", "001a.2b3c.4d5e", "00-1a-2b-3c-4d-5e"] {
            assert_eq!(normal("mac", typed), "00:1a:2b:3c:4d:5e", "{typed}");
        }
        assert_eq!(normal("fqdn", "Web01.Example.ORG."), "web01.example.org");
        assert_eq!(normal("ip", "2001:DB8:0:0::1/64"), "2001:db8::1");
        assert_eq!(normal("model", "  Pro\u{1b}[2J  X "), "Pro [2J X");
    }
}
