//! Classes of CIs: a tree, read from the desk's own document; a class has all that those above it have.

use serde::{Deserialize, Serialize};

use crate::desk::cmdb::field::Common;
use crate::desk::rules::nearest;

/// The tree of classes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    class: Vec<Class>,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its word in commands and files: `virtual_machine`.
    pub name: String,
    /// What people call it: `Virtual machine`.
    pub label: String,
    /// The class above; only the root has none.
    #[serde(default)]
    pub parent: Option<String>,
    /// Whether it only gathers others: no CI is of it.
    #[serde(default, rename = "abstract")]
    pub is_abstract: bool,
    /// The fields that every CI of it must have.
    #[serde(default)]
    pub required: Vec<String>,
    /// The fields that a good record of it has.
    #[serde(default)]
    pub recommended: Vec<String>,
    /// The fields that it adds to those of the class above.
    #[serde(default)]
    pub attribute: Vec<Attribute>,
}

/// A field that a class adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Its word in commands, queries and files.
    pub name: String,
    /// Its label on screens.
    pub label: String,
    /// What it holds.
    #[serde(default, rename = "type")]
    pub holds: Type,
    /// Whether it is a list.
    #[serde(default)]
    pub many: bool,
    /// Whether its values tell one CI from others, so that search and imports look for them.
    #[serde(default)]
    pub identifies: bool,
    /// Whether something ends on this date: it is on the list of what expires.
    #[serde(default)]
    pub expires: bool,
    /// The unit of a number.
    #[serde(default)]
    pub unit: Option<String>,
    /// Digits behind the point; a number is kept as a whole number of its smallest parts.
    #[serde(default)]
    pub decimals: u8,
    /// The smallest number.
    #[serde(default)]
    pub min: Option<i64>,
    /// The largest number.
    #[serde(default)]
    pub max: Option<i64>,
    /// The words that it may hold.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The class of CIs to which it refers.
    #[serde(default)]
    pub class: Option<String>,
    /// One sentence for help.
    #[serde(default)]
    pub help: String,
}

/// What a field of a CI holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// One line.
    #[default]
    Text,
    /// A number, kept as a whole number of its smallest parts.
    Number,
    /// A day, kept as `2026-01-31`.
    Date,
    /// One of the words that are listed.
    Choice,
    /// Another CI, kept as its row.
    Ci,
    /// Text of many lines.
    Long,
    /// A person, kept as the row.
    Person,
    /// A team, kept as the row.
    Team,
    /// A point in time, UTC milliseconds.
    Time,
}

impl Classes {
    pub(super) fn read(text: &str) -> Result<Classes, String> {
        let classes: Classes = toml::from_str(text).map_err(|error| error.to_string())?;
        classes.check()?;
        Ok(classes)
    }

    fn check(&self) -> Result<(), String> {
        let mut seen: Vec<&str> = Vec::new();
        for class in &self.class {
            let name = class.name.as_str();
            if !is_word(name) {
                return Err(format!("'{name}' can't name a class: small letters, digits and _"));
            }
            if seen.contains(&name) {
                return Err(format!("there are two classes '{name}'"));
            }
            match (&class.parent, seen.is_empty()) {
                (None, true) => {}
                (None, false) => return Err(format!("class '{name}' needs a parent; only the first has none")),
                (Some(parent), _) if seen.contains(&parent.as_str()) => {}
                (Some(parent), _) => {
                    return Err(format!("class '{name}': its parent '{parent}' must stand before it"));
                }
            }
            seen.push(name);
            self.check_fields(class)?;
        }
        if seen.is_empty() { Err(String::from("there is no class")) } else { Ok(()) }
    }

    fn check_fields(&self, class: &Class) -> Result<(), String> {
        let all = self.attributes(&class.name);
        for (at, attribute) in all.iter().enumerate() {
            let refuse = |why: &str| Err(format!("class '{}', attribute '{}': {why}", class.name, attribute.name));
            if !is_word(&attribute.name) {
                return refuse("a name has small letters, digits and _");
            }
            if Common::named(&attribute.name).is_some() {
                return refuse("every CI has that field already");
            }
            if all.iter().skip(at + 1).any(|other| other.name == attribute.name) {
                return refuse("it stands twice, here or in a class above");
            }
            match attribute.holds {
                Type::Choice if attribute.choices.is_empty() => return refuse("a choice needs choices"),
                Type::Person | Type::Team | Type::Time | Type::Long => {
                    return refuse("types are text, number, date, choice and ci");
                }
                _ => {}
            }
            if attribute.decimals > 6 {
                return refuse("at most 6 decimals");
            }
            if attribute.expires && attribute.holds != Type::Date {
                return refuse("only a date expires");
            }
        }
        for needed in class.required.iter().chain(&class.recommended) {
            if Common::named(needed).is_none() && !all.iter().any(|attribute| attribute.name == *needed) {
                return Err(format!("class '{}' needs '{needed}', which it does not have", class.name));
            }
        }
        Ok(())
    }

    /// All classes, each behind the one above it.
    #[must_use]
    pub fn all(&self) -> &[Class] {
        &self.class
    }

    /// The class of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Class> {
        self.class.iter().find(|class| class.name == name)
    }

    /// The class that somebody means, by name or label.
    ///
    /// # Errors
    /// A sentence with the nearest.
    pub fn find(&self, word: &str) -> Result<&Class, String> {
        let wanted = word.trim().to_lowercase().replace([' ', '-'], "_");
        let label = word.trim().to_lowercase();
        let labelled = || self.class.iter().find(|class| class.label.to_lowercase() == label);
        // A name before a label: the class `network` is not the one that gathers all of the network.
        if let Some(class) = self.get(&wanted).or_else(labelled) {
            return Ok(class);
        }
        Err(match nearest(&wanted, self.class.iter().map(|class| class.name.as_str())) {
            Some(near) => format!("there is no class '{word}'; did you mean '{near}'?"),
            None => format!("there is no class '{word}'; see: deskhand ci classes"),
        })
    }

    /// What people call a class; its name where the desk no longer has it.
    #[must_use]
    pub fn label<'a>(&'a self, name: &'a str) -> &'a str {
        self.get(name).map_or(name, |class| class.label.as_str())
    }

    /// The class and those above it, itself first.
    pub fn lineage<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Class> + use<'a> {
        let mut next = self.get(name);
        std::iter::from_fn(move || {
            let class = next?;
            next = class.parent.as_deref().and_then(|parent| self.get(parent));
            Some(class)
        })
    }

    /// Whether a class is another or stands below it.
    #[must_use]
    pub fn is(&self, name: &str, above: &str) -> bool {
        name == above || self.lineage(name).any(|class| class.name == above)
    }

    /// The class and all below it.
    #[must_use]
    pub fn below(&self, above: &str) -> Vec<&str> {
        self.class.iter().map(|class| class.name.as_str()).filter(|name| self.is(name, above)).collect()
    }

    /// All attributes of a class, those of the classes above first.
    #[must_use]
    pub fn attributes(&self, name: &str) -> Vec<&Attribute> {
        let mut lineage: Vec<&Class> = self.lineage(name).collect();
        lineage.reverse();
        lineage.into_iter().flat_map(|class| &class.attribute).collect()
    }

    /// Every attribute of that name, whichever classes have it.
    pub fn named<'a>(&'a self, attribute: &'a str) -> impl Iterator<Item = &'a Attribute> {
        self.class.iter().flat_map(|class| &class.attribute).filter(move |one| one.name == attribute)
    }

    /// The fields that CIs of a class must have.
    pub fn required<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.lineage(name).flat_map(|class| class.required.iter().map(String::as_str))
    }

    /// The fields that a good record of a class has.
    pub fn recommended<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.lineage(name).flat_map(|class| class.recommended.iter().map(String::as_str))
    }
}

pub(super) fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Classes::read(text).unwrap_err()
    }

    const ROOT: &str = "[[class]]\nname = \"ci\"\nlabel = \"CI\"\n[[class.attribute]]\nname = \"ip\"\nlabel = \"IP\"\n";

    #[test]
    fn a_class_has_what_those_above_it_have() {
        let text = format!(
            "{ROOT}[[class]]\nname = \"server\"\nlabel = \"Server\"\nparent = \"ci\"\nrequired = [\"serial\"]\n[[class.attribute]]\nname = \"os\"\nlabel = \"OS\"\n[[class]]\nname = \"blade\"\nlabel = \"Blade\"\nparent = \"server\"\nrecommended = [\"os\"]\n"
        );
        let classes = Classes::read(&text).unwrap();
        let names: Vec<&str> = classes.attributes("blade").iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["ip", "os"]);
        assert_eq!(classes.required("blade").collect::<Vec<_>>(), ["serial"]);
        assert!(classes.is("blade", "server") && classes.is("blade", "blade") && !classes.is("server", "blade"));
        assert_eq!(classes.below("server"), ["server", "blade"]);
        assert_eq!(classes.find("Blades").unwrap_err(), "there is no class 'Blades'; did you mean 'blade'?");
    }

    #[test]
    fn a_tree_that_is_none_is_refused_with_the_place() {
        let child = |parent: &str| format!("{ROOT}[[class]]\nname = \"a\"\nlabel = \"A\"\nparent = \"{parent}\"\n");
        assert_eq!(refused(&child("b")), "class 'a': its parent 'b' must stand before it");
        assert_eq!(refused(&child("a")), "class 'a': its parent 'a' must stand before it");
        assert_eq!(refused(&format!("{ROOT}{ROOT}")), "there are two classes 'ci'");
        let again = format!("{}[[class.attribute]]\nname = \"ip\"\nlabel = \"IP\"\n", child("ci"));
        assert_eq!(refused(&again), "class 'a', attribute 'ip': it stands twice, here or in a class above");
        let common = format!("{}[[class.attribute]]\nname = \"serial\"\nlabel = \"S\"\n", child("ci"));
        assert_eq!(refused(&common), "class 'a', attribute 'serial': every CI has that field already");
    }

    #[test]
    fn the_name_of_a_class_goes_before_the_label_of_another() {
        let text = format!(
            "{ROOT}[[class]]\nname = \"network_level\"\nlabel = \"Network\"\nparent = \"ci\"\n[[class]]\nname = \"network\"\nlabel = \"Subnet\"\nparent = \"ci\"\n"
        );
        let classes = Classes::read(&text).unwrap();
        assert_eq!(classes.find("network").unwrap().name, "network");
        assert_eq!(classes.find("Subnet").unwrap().name, "network");
    }
}
