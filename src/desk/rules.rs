//! A desk's own rules: its workflows, lists of words, priority matrix and settings, read from TOML documents.
//!
//! A new desk starts with a copy of `assets/defaults/`; from then on the documents live in the desk file.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::desk::change;
use crate::desk::cmdb;
use crate::desk::field::{Field, Value};
use crate::desk::id::Kind;
use crate::desk::knowledge;
use crate::desk::people::Role;
use crate::desk::priority::Matrix;
use crate::desk::rotation::Rotation;
use crate::desk::shipped::in_force;
use crate::desk::workflow::Workflow;

/// One document of the configuration: its name, `workflow/incident.toml`, and its text.
pub type Document = (String, String);

macro_rules! documents {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../assets/defaults/", $name)))),*]
    };
}

/// The configuration of a new desk.
pub static DEFAULTS: &[(&str, &str)] = documents![
    "desk.toml",
    "choices.toml",
    "priority.toml",
    "workflow/incident.toml",
    "workflow/request.toml",
    "workflow/problem.toml",
    "workflow/change.toml",
    "workflow/release.toml",
    "workflow/improvement.toml",
    "view/10-mine.toml",
    "view/20-unassigned.toml",
    "view/30-open.toml",
    "view/35-to-approve.toml",
    "view/40-breached.toml",
    "view/45-at-risk.toml",
    "view/50-waiting-requester.toml",
    "view/55-waiting-vendor.toml",
    "view/60-majors.toml",
    "view/70-watched.toml",
    "view/75-resolved.toml",
    "view/80-recent.toml",
    "view/90-all.toml",
    "template/vpn.toml",
    "template/new-starter.toml",
    "template/std-patches.toml",
    "template/std-disk.toml",
    "template/std-certificate.toml",
    "template/std-dns.toml",
    "template/std-vlan.toml",
    "snippet/more-info.toml",
    "snippet/resolved.toml",
    "change/risk.toml",
    "change/approval.toml",
    "cmdb/classes.toml",
    "cmdb/relations.toml",
    "cmdb/statuses.toml",
    "knowledge/lifecycle.toml",
    "knowledge/types.toml",
    "audit/live-without-location.toml",
    "audit/service-without-owner.toml",
    "audit/vm-without-host.toml",
    "audit/certificate-without-user.toml",
    "audit/cluster-without-redundancy.toml",
    "audit/without-relations.toml",
    "audit/duplicates.toml",
    "audit/forbidden-relations.toml",
    "audit/stale.toml",
    "audit/drifting.toml",
    "audit/incomplete.toml",
    "audit/overdue.toml",
    "audit/low-stock.toml",
];

/// The categories of a new desk: `assets/defaults/categories.toml`.
pub static CATEGORIES: &str = include_str!("../../assets/defaults/categories.toml");

/// All rules of one desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `desk.toml`.
    pub settings: Settings,
    /// `choices.toml`.
    pub choices: Choices,
    /// `priority.toml`.
    pub matrix: Matrix,
    /// `workflow/*.toml`.
    pub workflows: BTreeMap<Kind, Workflow>,
    /// `view/*.toml`, in the order of their file names.
    pub views: Vec<View>,
    /// `template/*.toml`, by name without the ending.
    pub templates: BTreeMap<String, Template>,
    /// `snippet/*.toml`, by name without the ending.
    pub snippets: BTreeMap<String, Snippet>,
    /// `change/*.toml`.
    pub change: change::Policies,
    /// `cmdb/*.toml`.
    pub cmdb: cmdb::Model,
    /// `knowledge/*.toml`.
    pub knowledge: knowledge::Practice,
    /// `audit/*.toml`, by name without the ending. A desk that has none, made before there were any, has those shipped.
    pub audits: BTreeMap<String, cmdb::AuditRule>,
}

/// What concerns the whole desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its name.
    pub label: String,
    /// The colour of that name on the screens, so that nobody takes one desk for another.
    #[serde(default)]
    pub colour: Hue,
    /// The role that a login gets when it first changes something.
    pub newcomers: Role,
    /// The largest attachment, in mebibytes.
    pub attachment_limit: u32,
    /// Working days after being resolved until a ticket closes by itself.
    pub close_after: u32,
    /// Where the desk is, if that is said: the clock by which its hours of work are told.
    #[serde(default)]
    pub zone: Option<Tz>,
    /// Automatic backups.
    #[serde(default)]
    pub backup: Rotation,
}

/// A colour by its name; what it looks like is a matter of each person's theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Hue {
    #[default]
    None,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

/// The words that a field may hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// How a ticket reached the desk.
    pub channel: Vec<String>,
    /// How it was resolved.
    pub resolution_code: Vec<String>,
    /// What kind of thing caused it.
    pub cause_code: Vec<String>,
    /// How a change is handled.
    #[serde(default = "change_types")]
    pub change_type: Vec<String>,
    /// What it may wait for.
    pub pending_reason: Vec<PendingReason>,
}

/// The types of changes on a desk that was founded before it had any.
fn change_types() -> Vec<String> {
    ["standard", change::USUAL_TYPE, "emergency"].map(str::to_owned).into()
}

/// What a pending ticket waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingReason {
    /// Its word.
    pub name: String,
    /// Whether the clocks of its targets stand still meanwhile.
    pub pauses: bool,
}

/// A saved query with columns and an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// What it is called on screens.
    pub name: String,
    /// The query, with its order.
    pub query: String,
    /// The columns; empty means as many as fit.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// What a new ticket starts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The kind of ticket.
    pub kind: Kind,
    /// What it is called on menus.
    pub name: String,
    /// The title to start with; placeholders are filled in.
    #[serde(default)]
    pub title: String,
    /// The description to start with; placeholders are filled in.
    #[serde(default)]
    pub description: String,
    /// Other fields, as typed on the command line.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The checklist.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Answers to the questions about the risk of a change.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
}

impl Template {
    /// Whether changes opened from it need nobody's approval each time.
    #[must_use]
    pub fn is_standard(&self) -> bool {
        self.kind == Kind::Change && self.fields.get("change_type").is_some_and(|word| word == "standard")
    }
}

/// A text for notes and replies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snippet {
    /// What it is called on menus.
    pub name: String,
    /// The text; placeholders are filled in.
    pub text: String,
}

impl Rules {
    /// The rules that `documents` hold; one that is missing, or that nobody ever changed, is taken from the defaults, one of an
    /// unknown name is left alone.
    ///
    /// # Errors
    /// A sentence naming the document, the line and what is wrong with it.
    pub fn read<'a>(documents: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Rules, String> {
        let mut texts: BTreeMap<&str, &str> = DEFAULTS.iter().copied().filter(|(name, _)| !is_listed(name)).collect();
        texts.extend(documents.into_iter().map(|(name, text)| (name, in_force(name, text))));
        let text = |name: &str| texts.get(name).copied().unwrap_or_default();
        let mut workflows = BTreeMap::new();
        for kind in Kind::ALL {
            let name = format!("workflow/{kind}.toml");
            let workflow: Workflow = parse(&name, text(&name))?;
            workflow.check().map_err(|error| format!("{name}: {error}"))?;
            workflows.insert(kind, workflow);
        }
        let choices: Choices = parse("choices.toml", text("choices.toml"))?;
        let change =
            change::Policies::read(text("change/risk.toml"), text("change/approval.toml"), &choices.change_type)?;
        let templates: BTreeMap<String, Template> = folder(&texts, "template/")?.into_iter().collect();
        for (name, template) in &templates {
            for (question, answer) in &template.answers {
                let known = change.risk.question(question).and_then(|question| question.choice(answer).map(|_| ()));
                known.map_err(|error| format!("template/{name}.toml: {error}"))?;
            }
        }
        let cmdb =
            cmdb::Model::read(text("cmdb/classes.toml"), text("cmdb/relations.toml"), text("cmdb/statuses.toml"))?;
        let audits = audits(&texts, &cmdb)?;
        let knowledge = knowledge::Practice::read(text("knowledge/lifecycle.toml"), text("knowledge/types.toml"))?;
        Ok(Rules {
            settings: parse("desk.toml", text("desk.toml"))?,
            choices,
            change,
            matrix: parse("priority.toml", text("priority.toml"))?,
            workflows,
            views: folder(&texts, "view/")?.into_iter().map(|(_, view)| view).collect(),
            templates,
            snippets: folder(&texts, "snippet/")?.into_iter().collect(),
            cmdb,
            knowledge,
            audits,
        })
    }

    /// The rules of a new desk.
    ///
    /// # Errors
    /// Never with the documents as shipped, which a test reads; the sentence as in [`Rules::read`] otherwise.
    pub fn shipped() -> Result<Rules, String> {
        Rules::read(DEFAULTS.iter().copied())
    }

    /// The workflow of a kind.
    ///
    /// # Errors
    /// A sentence, should a desk lack one; [`Rules::read`] makes sure that none does.
    pub fn workflow(&self, kind: Kind) -> Result<&Workflow, String> {
        self.workflows.get(&kind).ok_or_else(|| format!("this desk has no workflow/{kind}.toml"))
    }

    /// The words that a list of choices holds.
    #[must_use]
    pub fn words(&self, list: &str) -> Vec<&str> {
        match list {
            "channel" => self.choices.channel.iter().map(String::as_str).collect(),
            "resolution_code" => self.choices.resolution_code.iter().map(String::as_str).collect(),
            "cause_code" => self.choices.cause_code.iter().map(String::as_str).collect(),
            "change_type" => self.choices.change_type.iter().map(String::as_str).collect(),
            "risk" => self.change.risk.bands(),
            "template" => {
                let of_changes = self.templates.iter().filter(|(_, template)| template.kind == Kind::Change);
                of_changes.map(|(name, _)| name.as_str()).collect()
            }
            "pending_reason" => self.choices.pending_reason.iter().map(|reason| reason.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

/// Documents of which a desk may have any number: one taken out of a desk stays out.
fn is_listed(name: &str) -> bool {
    ["view/", "template/", "snippet/", "audit/"].iter().any(|folder| name.starts_with(folder))
}

/// The audit rules of a desk, each asked of its model; of those shipped, the ones that its model can be asked.
fn audits(texts: &BTreeMap<&str, &str>, model: &cmdb::Model) -> Result<BTreeMap<String, cmdb::AuditRule>, String> {
    let own: BTreeMap<String, cmdb::AuditRule> = folder(texts, "audit/")?.into_iter().collect();
    if own.is_empty() {
        let shipped: BTreeMap<&str, &str> = DEFAULTS.iter().copied().collect();
        let shipped = folder::<cmdb::AuditRule>(&shipped, "audit/")?.into_iter();
        return Ok(shipped.filter(|(_, rule)| rule.offenders(model).is_ok()).collect());
    }
    for (name, rule) in &own {
        rule.offenders(model).map_err(|error| format!("audit/{name}.toml: {error}"))?;
    }
    Ok(own)
}

fn parse<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| format!("{name}: {error}"))
}

fn folder<T: for<'de> Deserialize<'de>>(
    texts: &BTreeMap<&str, &str>,
    folder: &str,
) -> Result<Vec<(String, T)>, String> {
    texts
        .iter()
        .filter_map(|(name, text)| name.strip_prefix(folder)?.strip_suffix(".toml").map(|short| (*name, short, *text)))
        .map(|(name, short, text)| Ok((short.to_owned(), parse(name, text)?)))
        .collect()
}

/// Fills the placeholders of a template or snippet: `{name}` becomes what `known` says, or stays as it is.
#[must_use]
pub fn fill(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').filter(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')) {
            Some((name, tail)) => {
                match known(name) {
                    Some(value) => filled.push_str(&value),
                    None => filled.push_str(&format!("{{{name}}}")),
                }
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// What a field would be if its word were this choice, or why it may not.
///
/// # Errors
/// A sentence naming the nearest word that the list has.
pub fn choose(rules: &Rules, field: Field, list: &str, word: &str) -> Result<Value, String> {
    let words = rules.words(list);
    if let Some(found) = words.iter().find(|known| known.eq_ignore_ascii_case(word)) {
        return Ok(Value::from(*found));
    }
    Err(match nearest(word, words.iter().copied()) {
        Some(near) => format!("{field}: there is no '{word}'; did you mean '{near}'?"),
        None => format!("{field}: there is no '{word}'; there are {}", words.join(", ")),
    })
}

/// The known word nearest to a mistyped one, if any is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let reach = match word.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= reach || candidate.to_lowercase().starts_with(&word))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_shipped_are_sound() {
        let rules = Rules::shipped().unwrap();
        assert_eq!(rules.settings.newcomers, Role::Agent);
        assert_eq!(rules.matrix, Matrix::default());
        assert_eq!(rules.views.first().map(|view| view.name.as_str()), Some("My work"));
        assert!(rules.templates.contains_key("vpn"));
    }

    #[test]
    fn a_broken_document_is_named_with_its_line() {
        let error = Rules::read([("desk.toml", "label = \"x\"\nnewcomer = \"agent\"\n")]).unwrap_err();
        assert!(error.starts_with("desk.toml: "), "{error}");
        assert!(error.contains("line 2"), "{error}");
        assert!(error.contains("newcomer"), "{error}");
    }

    #[test]
    fn a_workflow_that_leads_nowhere_is_refused() {
        let text = "initial = \"new\"\n[[state]]\nname = \"new\"\nphase = \"new\"\n[[transition]]\nverb = \"go\"\nfrom = [\"new\"]\nto = \"gone\"\n";
        assert_eq!(
            Rules::read([("workflow/incident.toml", text)]).unwrap_err(),
            "workflow/incident.toml: there is no state 'gone'"
        );
    }

    #[test]
    fn a_desk_without_audit_rules_has_those_shipped_that_its_model_can_be_asked() {
        assert_eq!(Rules::read([]).unwrap().audits, Rules::shipped().unwrap().audits);
        let classes = "[[class]]\nname = \"thing\"\nlabel = \"Thing\"\n";
        let few = Rules::read([("cmdb/classes.toml", classes), ("cmdb/relations.toml", "relation = []\n")]).unwrap();
        assert!(few.audits.contains_key("duplicates") && !few.audits.contains_key("vm-without-host"));
        let own = "name = \"Old\"\nhelp = \"\"\nscope = \"is:live\"\nquery = \"created:<2020\"\n";
        assert_eq!(Rules::read([("audit/old.toml", own)]).unwrap().audits.len(), 1);
        let wrong = own.replace("created", "craeted");
        assert_eq!(
            Rules::read([("audit/old.toml", wrong.as_str())]).unwrap_err(),
            "audit/old.toml: query: column 1: CIs have no field 'craeted'; did you mean 'created'?"
        );
    }

    #[test]
    fn placeholders_are_filled_and_unknown_ones_stay() {
        let known = |name: &str| (name == "me").then(|| String::from("Anna"));
        assert_eq!(fill("{me} wrote {that} { and } {", &known), "Anna wrote {that} { and } {");
    }

    #[test]
    fn a_mistyped_choice_is_answered_with_the_nearest() {
        let rules = Rules::shipped().unwrap();
        let refused = choose(&rules, Field::Channel, "channel", "phnoe").unwrap_err();
        assert_eq!(refused, "channel: there is no 'phnoe'; did you mean 'phone'?");
        assert_eq!(choose(&rules, Field::Channel, "channel", "Mail"), Ok(Value::from("mail")));
    }
}
