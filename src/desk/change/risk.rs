//! The risk of a change: questions with weighed answers, their sum, the band into which it falls, and hard rules above it.
//!
//! A band begins where the one before ends, so that every sum is in exactly one: there is no way to write a gap.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::desk::field::{Edit, Field, Value};
use crate::desk::people::{Deed, Roles};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::desk::ticket::Ticket;
use crate::desk::time::{MINUTE, Moment, Timestamp};

/// The questions about the risk of a change, and what follows from their answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// The hours in which people are at work.
    pub business: Business,
    /// The bands, from the lowest.
    pub band: Vec<Band>,
    /// The questions, in the order in which they are asked.
    pub question: Vec<Question>,
    /// What counts whatever the sum is.
    #[serde(default)]
    pub rule: Vec<Rule>,
}

/// The hours in which people are at work, Monday to Friday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// From: `08:00`.
    pub from: String,
    /// Until: `18:00`.
    pub until: String,
}

/// A band of risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its word: `low`.
    pub name: String,
    /// The least sum that is in it.
    pub from: i64,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its word on the command line.
    pub name: String,
    /// The question.
    pub ask: String,
    /// How the desk finds the answer by itself, if it can.
    #[serde(default)]
    pub computed: Option<Source>,
    /// The answers that it takes, from the most harmless.
    pub answer: Vec<Choice>,
}

/// An answer that may be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its word.
    pub name: String,
    /// What it weighs.
    pub score: i64,
    /// The answer, for people.
    pub text: String,
    /// The least number for which it stands, where the answer is counted.
    #[serde(default)]
    pub from: Option<i64>,
}

/// What the desk can find out by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// How critical the most critical CI or service is.
    Criticality,
    /// How many services depend on it within two hops.
    Dependents,
    /// How former runs of the same template ended.
    Practice,
    /// Whether a way back is written down.
    Backout,
    /// How long the way back takes, in percent of the planned time.
    BackoutTime,
    /// When it is done.
    Timing,
}

/// A least risk for certain answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Questions and the answers that they must have, all of them.
    pub when: BTreeMap<String, String>,
    /// The least band.
    pub at_least: String,
    /// Why, for people.
    pub because: String,
}

/// When a change is done, as far as it matters for its risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// In a maintenance window.
    Window,
    /// Out of business hours.
    OffHours,
    /// In business hours.
    Business,
    /// In a freeze.
    Freeze,
}

impl Timing {
    fn word(self) -> &'static str {
        match self {
            Timing::Window => "window",
            Timing::OffHours => "off_hours",
            Timing::Business => "business",
            Timing::Freeze => "freeze",
        }
    }
}

/// What the desk knows about a change besides its own fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How critical the most critical CI or service is, with its name.
    pub criticality: Option<(Criticality, String)>,
    /// How many services depend on its CIs within two hops; nothing where it names no CI.
    pub dependents: Option<i64>,
    /// Former runs of the same template: how many, and how many of them went well.
    pub runs: Option<Runs>,
    /// When it is done.
    pub timing: Option<Timing>,
}

/// Former runs of a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runs {
    /// How many have ended.
    pub ended: i64,
    /// How many of them ended well.
    pub well: i64,
}

impl Runs {
    /// The share that went well, in percent; nothing before the first.
    #[must_use]
    pub fn percent(self) -> Option<i64> {
        (self.ended > 0).then(|| self.well * 100 / self.ended)
    }
}

/// An answer, and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its word.
    pub value: String,
    /// Whether a person gave it, not the desk.
    pub by_hand: bool,
}

/// What the answers of a change come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Every question with its answer, in order.
    pub shares: Vec<Share>,
    /// The sum of all shares.
    pub score: i64,
    /// The band of the sum, raised by the rules; nothing before all is answered.
    pub band: Option<String>,
    /// The rules that raised it, in words.
    pub raised: Vec<String>,
}

/// One question's part of the sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The question's word.
    pub question: String,
    /// The question.
    pub ask: String,
    /// Its answer, if there is one.
    pub answer: Option<Answer>,
    /// The answer, for people.
    pub text: String,
    /// What it weighs.
    pub score: i64,
}

impl Questionnaire {
    /// Reads and checks the document.
    ///
    /// # Errors
    /// A sentence naming what is wrong.
    pub fn read(text: &str) -> Result<Questionnaire, String> {
        let read: Questionnaire = toml::from_str(text).map_err(|error| error.to_string())?;
        read.check()?;
        Ok(read)
    }

    fn check(&self) -> Result<(), String> {
        match self.band.first() {
            Some(first) if first.from == 0 => {}
            _ => return Err(String::from("the first band begins at 0")),
        }
        for pair in self.band.windows(2) {
            if let [one, next] = pair
                && next.from <= one.from
            {
                return Err(format!("the band '{}' must begin above {}", next.name, one.from));
            }
        }
        unique("band", self.band.iter().map(|band| band.name.as_str()))?;
        unique("question", self.question.iter().map(|question| question.name.as_str()))?;
        for question in &self.question {
            question.check()?;
        }
        for rule in &self.rule {
            if !self.band.iter().any(|band| band.name == rule.at_least) {
                return Err(format!("a rule wants at least '{}', which is no band", rule.at_least));
            }
            for (name, answer) in &rule.when {
                let question = self.question(name)?;
                question.choice(answer)?;
            }
        }
        for time in [&self.business.from, &self.business.until] {
            clock(time).ok_or_else(|| format!("'{time}' is no time of day; it looks like 08:00"))?;
        }
        Ok(())
    }

    /// The words of its bands, from the lowest.
    #[must_use]
    pub fn bands(&self) -> Vec<&str> {
        self.band.iter().map(|band| band.name.as_str()).collect()
    }

    /// The band of a sum.
    #[must_use]
    pub fn band(&self, score: i64) -> &str {
        let found = self.band.iter().rev().find(|band| band.from <= score).or(self.band.first());
        found.map_or("", |band| band.name.as_str())
    }

    /// How high a band is; what is no band counts as the highest, since nobody knows what was meant.
    #[must_use]
    pub fn rank(&self, band: &str) -> usize {
        self.band.iter().position(|known| known.name.eq_ignore_ascii_case(band)).unwrap_or(self.band.len())
    }

    /// The higher of two bands.
    #[must_use]
    pub fn higher<'a>(&self, one: &'a str, other: &'a str) -> &'a str {
        if self.rank(other) > self.rank(one) { other } else { one }
    }

    /// The question of that name.
    ///
    /// # Errors
    /// A sentence with the nearest.
    pub fn question(&self, name: &str) -> Result<&Question, String> {
        let wanted = name.trim().to_ascii_lowercase().replace('-', "_");
        let known = || self.question.iter().map(|question| question.name.as_str());
        self.question.iter().find(|question| question.name == wanted).ok_or_else(|| match nearest(&wanted, known()) {
            Some(near) => format!("there is no question '{name}'; did you mean '{near}'?"),
            None => format!("there is no question '{name}'; there are {}", known().collect::<Vec<_>>().join(", ")),
        })
    }

    /// What the desk itself answers, from a change's plan and what it knows.
    #[must_use]
    pub fn computed(&self, plan: &Ticket, facts: &Facts) -> BTreeMap<String, String> {
        let find = |question: &Question| -> Option<String> {
            match question.computed? {
                Source::Criticality => {
                    facts.criticality.as_ref().and_then(|(one, _)| question.named(one.word())).map(str::to_owned)
                }
                Source::Dependents => question.counted(facts.dependents?),
                Source::Practice => question.named(practice(facts.runs?)).map(str::to_owned),
                Source::Backout => {
                    let written = plan.backout_plan.as_ref().is_some_and(|text| !text.trim().is_empty());
                    question.named(if written { "documented" } else { "none" }).map(str::to_owned)
                }
                Source::BackoutTime => {
                    let planned = plan.planned_end?.since(plan.planned_start?) / MINUTE;
                    let percent = plan.backout_minutes?.saturating_mul(100).checked_div(planned)?;
                    question.counted(percent)
                }
                Source::Timing => question.named(facts.timing?.word()).map(str::to_owned),
            }
        };
        self.question.iter().filter_map(|question| Some((question.name.clone(), find(question)?))).collect()
    }

    /// What answers come to. One that the document no longer has counts as not given.
    #[must_use]
    pub fn read_answers(&self, answers: &BTreeMap<String, Answer>) -> Reading {
        let shares: Vec<Share> = self.question.iter().map(|question| question.share(answers)).collect();
        let score = shares.iter().map(|share| share.score).sum();
        let given = |name: &str| shares.iter().find(|share| share.question == name)?.answer.as_ref();
        let mut band = self.band(score);
        let mut raised = Vec::new();
        for rule in &self.rule {
            let holds = rule.when.iter().all(|(name, value)| given(name).is_some_and(|one| one.value == *value));
            if holds && self.rank(&rule.at_least) > self.rank(band) {
                band = &rule.at_least;
                raised.push(format!("at least {}: {}", rule.at_least, rule.because));
            }
        }
        let whole = shares.iter().all(|share| share.answer.is_some());
        Reading { band: whole.then(|| band.to_owned()), shares, score, raised }
    }

    /// How a span lies to the hours in which people are at work: business if any of it does.
    #[must_use]
    pub fn hours(&self, from: Timestamp, until: Timestamp, moment: &Moment) -> Timing {
        let (Some(opens), Some(shuts)) = (clock(&self.business.from), clock(&self.business.until)) else {
            return Timing::Business;
        };
        let mut day = moment.day_of(from);
        let last = moment.day_of(until);
        while day <= last {
            let works = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let (opens, shuts) = (moment.at(day.and_time(opens)), moment.at(day.and_time(shuts)));
            if works && from < shuts && until > opens {
                return Timing::Business;
            }
            match day.succ_opt() {
                Some(next) => day = next,
                None => break,
            }
        }
        Timing::OffHours
    }
}

impl Question {
    fn check(&self) -> Result<(), String> {
        unique(&format!("answer of '{}'", self.name), self.answer.iter().map(|choice| choice.name.as_str()))?;
        if self.answer.is_empty() {
            return Err(format!("the question '{}' has no answer", self.name));
        }
        if let Some(low) = self.answer.iter().find(|choice| choice.score < 0) {
            return Err(format!("the answer '{}' of '{}' weighs less than nothing", low.name, self.name));
        }
        let words: &[&str] = match self.computed {
            None => return Ok(()),
            Some(Source::Dependents | Source::BackoutTime) => {
                let counted = self.answer.iter().any(|choice| choice.from == Some(0));
                return match counted && self.answer.iter().all(|choice| choice.from.is_some()) {
                    true => Ok(()),
                    false => Err(format!("'{}' is counted: every answer takes `from`, the first from 0", self.name)),
                };
            }
            Some(Source::Criticality) => &["low", "medium", "high", "vital"],
            Some(Source::Practice) => &["often", "some", "never"],
            Some(Source::Backout) => &["documented", "none"],
            Some(Source::Timing) => &["window", "off_hours", "business", "freeze"],
        };
        match words.iter().find(|word| self.named(word).is_none()) {
            Some(word) => Err(format!("'{}' is answered by the desk and needs the answer '{word}'", self.name)),
            None => Ok(()),
        }
    }

    fn named(&self, word: &str) -> Option<&str> {
        self.answer.iter().map(|choice| choice.name.as_str()).find(|name| *name == word)
    }

    /// The answer that stands for a number.
    fn counted(&self, count: i64) -> Option<String> {
        let reached = self.answer.iter().filter(|choice| choice.from.is_some_and(|from| from <= count));
        reached.max_by_key(|choice| choice.from).map(|choice| choice.name.clone())
    }

    /// The answer of that word.
    ///
    /// # Errors
    /// A sentence with all that it takes.
    pub fn choice(&self, word: &str) -> Result<&Choice, String> {
        let wanted = word.trim().to_ascii_lowercase().replace('-', "_");
        self.answer
            .iter()
            .find(|choice| choice.name == wanted)
            .ok_or_else(|| format!("{} takes {}, not '{}'", self.name, self.words().join(", "), word.trim()))
    }

    /// The words that it takes.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        self.answer.iter().map(|choice| choice.name.as_str()).collect()
    }

    fn share(&self, answers: &BTreeMap<String, Answer>) -> Share {
        let answer = answers.get(&self.name);
        let choice = answer.and_then(|answer| self.answer.iter().find(|choice| choice.name == answer.value));
        Share {
            question: self.name.clone(),
            ask: self.ask.clone(),
            answer: choice.and(answer).cloned(),
            text: choice.map_or_else(String::new, |choice| choice.text.clone()),
            score: choice.map_or(0, |choice| choice.score),
        }
    }
}

/// That what a change risks is another band today than when it was last worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The band that it has on the desk.
    pub was: String,
    /// The band that its answers come to today.
    pub is: String,
    /// The answers that are others now, in words.
    pub because: Vec<String>,
}

impl Shift {
    /// `was medium and is high today (criticality: low, now vital)`.
    #[must_use]
    pub fn told(&self) -> String {
        let because = if self.because.is_empty() { String::new() } else { format!(" ({})", self.because.join("; ")) };
        format!("was {} and is {} today{because}", self.was, self.is)
    }
}

impl Reading {
    /// The answers that are others than in an earlier reading: `criticality: low, now vital`.
    #[must_use]
    pub fn differences(&self, before: &Reading) -> Vec<String> {
        fn word(share: Option<&Share>) -> &str {
            share.and_then(|share| share.answer.as_ref()).map_or("not answered", |answer| answer.value.as_str())
        }
        let told = self.shares.iter().filter_map(|share| {
            let then = before.shares.iter().find(|known| known.question == share.question);
            let (then, now) = (word(then), word(Some(share)));
            (then != now).then(|| format!("{}: {then}, now {now}", share.question))
        });
        told.collect()
    }

    /// The questions that nobody answered yet.
    pub fn open(&self) -> impl Iterator<Item = &Share> {
        self.shares.iter().filter(|share| share.answer.is_none())
    }
}

/// How well a procedure is known: often, from three runs without a failure on.
fn practice(runs: Runs) -> &'static str {
    match runs.ended {
        0 => "never",
        3.. if runs.well == runs.ended => "often",
        _ => "some",
    }
}

/// What risk a change has after an edit: what its answers come to, or what a person says who may, with a reason.
///
/// # Errors
/// A refusal when the reason or the role is missing.
pub fn settle(ticket: &Ticket, edit: &Edit, computed: Option<&str>, roles: &Roles) -> Result<Edit, Refusal> {
    let mut after = ticket.clone();
    after.put_all(edit);
    let wanted = edit.get(&Field::Risk).map(|value| value.text().map(str::to_owned));
    let taken_back = edit.get(&Field::RiskReason).is_some_and(|value| !value.given()) || wanted == Some(None);
    let back = || Edit::from([(Field::Risk, computed.into()), (Field::RiskReason, Value::Null)]);
    match wanted.flatten() {
        Some(wanted) if Some(wanted.as_str()) != computed && !taken_back => {
            roles.may(Deed::OverrideRisk)?;
            if after.risk_reason.is_none() {
                let says = computed.map_or_else(|| String::from("are not complete"), |band| format!("say {band}"));
                return Err(Refusal::rule(format!(
                    "{}: the answers about its risk {says}; to make it {wanted}, give risk_reason=…",
                    ticket.number
                )));
            }
            let reason = edit.get_key_value(&Field::RiskReason).map(|(field, value)| (*field, value.clone()));
            Ok([(Field::Risk, Value::from(wanted))].into_iter().chain(reason).collect())
        }
        // It stays overridden; the reason may be told better.
        None if ticket.risk_reason.is_some() && !taken_back => {
            let reason = edit.get_key_value(&Field::RiskReason);
            Ok(reason.map(|(field, value)| (*field, value.clone())).into_iter().collect())
        }
        None if edit.get(&Field::RiskReason).is_some_and(Value::given) => {
            Err(Refusal::rule(format!("{}: risk_reason goes with risk=…", ticket.number)))
        }
        _ => Ok(back()),
    }
}

fn clock(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut known: Vec<&str> = Vec::new();
    for name in names {
        if known.contains(&name) {
            return Err(format!("there are two of the {what} '{name}'"));
        }
        known.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
