//! The life of an article and the types that there are, both data: `knowledge/lifecycle.toml`, `knowledge/types.toml`.
//!
//! A ticket's workflow demands fields of a ticket and stamps its times; an article has neither, and four of its transitions
//! say all there is. So the documents read alike, and the rule that reads them is its own.

use serde::{Deserialize, Serialize};

use crate::desk::id::PersonId;
use crate::desk::knowledge::{Article, ArticleField};
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;

/// What a state amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It is being written.
    #[default]
    Draft,
    /// Somebody else reads it.
    Review,
    /// It holds.
    Live,
    /// It holds, and its review is due.
    Due,
    /// It no longer holds.
    Gone,
}

impl Phase {
    /// All phases, in their order.
    pub const ALL: [Phase; 5] = [Phase::Draft, Phase::Review, Phase::Live, Phase::Due, Phase::Gone];

    /// Its number in the desk file, 0 to 4.
    #[must_use]
    pub fn code(self) -> i64 {
        self as i64
    }

    /// The phase of that number.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.code() == code)
    }

    /// Whether readers may rely on it.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Phase::Live | Phase::Due)
    }
}

/// What makes a transition happen by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// Its review day has come.
    Due,
    /// What it says was changed after it was published, and its type takes a review.
    Changed,
}

/// One state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its word.
    pub name: String,
    /// What it amounts to.
    pub phase: Phase,
    /// One sentence for help.
    #[serde(default)]
    pub help: String,
}

/// One way from state to state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// What it is called on a menu: `publish`.
    pub verb: String,
    /// Where it may start.
    pub from: Vec<String>,
    /// Where it ends.
    pub to: String,
    /// The fields that must hold something.
    #[serde(default)]
    pub needs: Vec<ArticleField>,
    /// It happens by itself.
    #[serde(default)]
    pub on: Option<Happening>,
}

/// The life of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    /// The state of a new article.
    pub initial: String,
    /// Its states, in the order of a life.
    pub state: Vec<State>,
    /// How one gets from one to another.
    pub transition: Vec<Transition>,
}

/// A type of article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleType {
    /// Its word: `how_to`.
    pub name: String,
    /// What it is called on screens.
    pub label: String,
    /// One sentence for help.
    #[serde(default)]
    pub help: String,
    /// Days from being published or reviewed until it is due for review.
    pub review_days: i64,
    /// Whether somebody other than its last writer must publish it.
    #[serde(default)]
    pub reviewed: bool,
    /// What a new one starts with, in Markdown.
    #[serde(default)]
    pub template: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Types {
    r#type: Vec<ArticleType>,
}

/// How a desk keeps its knowledge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practice {
    /// `knowledge/lifecycle.toml`.
    pub life: Lifecycle,
    /// `knowledge/types.toml`.
    pub types: Vec<ArticleType>,
}

impl Practice {
    /// The practice that two documents hold.
    ///
    /// # Errors
    /// A sentence naming the document and what is wrong with it.
    pub fn read(lifecycle: &str, types: &str) -> Result<Practice, String> {
        let named = |error: String| format!("knowledge/lifecycle.toml: {error}");
        let life: Lifecycle = toml::from_str(lifecycle).map_err(|error| named(error.to_string()))?;
        life.check().map_err(named)?;
        let types: Types = toml::from_str(types).map_err(|error| format!("knowledge/types.toml: {error}"))?;
        let types = types.r#type;
        if types.is_empty() {
            return Err(String::from("knowledge/types.toml: at least one type is needed"));
        }
        if let Some(one) = types.iter().find(|one| one.review_days < 1) {
            return Err(format!("knowledge/types.toml: {}: review_days is at least 1", one.name));
        }
        Ok(Practice { life, types })
    }

    /// The type that a word names, in any spelling of it.
    ///
    /// # Errors
    /// A sentence with the nearest type.
    pub fn find_type(&self, word: &str) -> Result<&ArticleType, String> {
        let wanted = word.trim().to_lowercase().replace(['-', ' '], "_");
        let fits = |one: &&ArticleType| one.name == wanted || one.label.to_lowercase() == word.trim().to_lowercase();
        self.types.iter().find(fits).ok_or_else(|| {
            let names: Vec<&str> = self.types.iter().map(|one| one.name.as_str()).collect();
            match nearest(&wanted, names.iter().copied()) {
                Some(near) => format!("there is no type of article '{word}'; did you mean '{near}'?"),
                None => format!("there is no type of article '{word}'; there are {}", names.join(", ")),
            }
        })
    }

    /// The type of that very name; `None` where the desk no longer has it.
    #[must_use]
    pub fn type_of(&self, article: &Article) -> Option<&ArticleType> {
        self.types.iter().find(|one| one.name == article.kind)
    }

    /// Where a transition leads that somebody wants, or why it may not be.
    ///
    /// # Errors
    /// A refusal that names the states allowed, what is missing, or who else must do it.
    pub fn advance(&self, article: &Article, to: &str, by: PersonId) -> Result<&State, Refusal> {
        let (number, life) = (article.id.number(), &self.life);
        let wanted = to.trim().to_lowercase().replace(['-', ' '], "_");
        let named = |transition: &&Transition| transition.verb.replace(' ', "_") == wanted;
        // The state itself, or what leads to it.
        let by_verb = life.leaving(&article.state).find(named);
        let state = life.state(by_verb.map_or(wanted.as_str(), |transition| transition.to.as_str()));
        let Some(state) = state else {
            let names: Vec<&str> = life.state.iter().map(|state| state.name.as_str()).collect();
            return Err(Refusal::rule(format!("{number}: there is no state '{to}'; there are {}", names.join(", "))));
        };
        if state.name == article.state {
            return Err(Refusal::rule(format!("{number} is already {}", state.name)));
        }
        let Some(transition) = life.leaving(&article.state).find(|transition| transition.to == state.name) else {
            let ways: Vec<&str> = life.leaving(&article.state).map(|transition| transition.to.as_str()).collect();
            return Err(Refusal::rule(format!(
                "{number} can't go from {} to {}; from here: {}",
                article.state,
                state.name,
                if ways.is_empty() { String::from("nothing") } else { ways.join(", ") }
            )));
        };
        let lacks: Vec<&str> = transition
            .needs
            .iter()
            .filter(|field| !article.values(**field).iter().any(crate::desk::field::Value::given))
            .map(|field| field.name())
            .collect();
        if !lacks.is_empty() {
            return Err(Refusal::rule(format!("To {} {number}, give it {}", transition.verb, lacks.join(" and "))));
        }
        let reviewed = self.type_of(article).is_some_and(|one| one.reviewed);
        if reviewed && state.phase == Phase::Live && (article.phase == Phase::Draft || article.writer == Some(by)) {
            let kind = self.type_of(article).map_or("article", |one| one.label.as_str());
            return Err(Refusal::rule(format!(
                "{number}: a {} is published by somebody who did not write it last, after it was in review",
                kind.to_lowercase()
            )));
        }
        Ok(state)
    }
}

impl Lifecycle {
    /// The state of that name.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&State> {
        self.state.iter().find(|state| state.name == name)
    }

    /// The phase of the state of that name; gone where the desk no longer has it.
    #[must_use]
    pub fn phase(&self, name: &str) -> Phase {
        self.state(name).map_or(Phase::Gone, |state| state.phase)
    }

    /// The transitions that a person may make from a state.
    pub fn leaving<'a>(&'a self, from: &'a str) -> impl Iterator<Item = &'a Transition> + 'a {
        self.transition.iter().filter(move |one| one.on.is_none() && one.from.iter().any(|state| state == from))
    }

    /// The transition that happens by itself.
    #[must_use]
    pub fn happening(&self, from: &str, what: Happening) -> Option<&Transition> {
        self.transition.iter().find(|one| one.on == Some(what) && one.from.iter().any(|state| state == from))
    }

    /// The state in which articles hold that a person may lead one to from here.
    #[must_use]
    pub fn publishing<'a>(&'a self, from: &'a str) -> Option<&'a Transition> {
        self.leaving(from).find(|one| self.phase(&one.to) == Phase::Live)
    }

    fn check(&self) -> Result<(), String> {
        let known = |name: &str| self.state(name).map(|_| ()).ok_or_else(|| format!("there is no state '{name}'"));
        known(&self.initial)?;
        for transition in &self.transition {
            known(&transition.to)?;
            transition.from.iter().try_for_each(|from| known(from))?;
        }
        if self.state.iter().any(|state| state.phase == Phase::Live) {
            Ok(())
        } else {
            Err(String::from("no state has the phase live"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::{ArticleId, Seq};
    use crate::desk::rules::Rules;
    use crate::desk::time::Timestamp;

    fn article(kind: &str, state: &str, phase: Phase) -> Article {
        let mut article = Article::blank(ArticleId(9), Seq(1), Timestamp(0));
        article.kind = kind.to_owned();
        article.state = state.to_owned();
        article.phase = phase;
        article.title = String::from("VPN");
        article.body = String::from("Restart it.");
        article.writer = Some(PersonId(1));
        article
    }

    #[test]
    fn an_article_is_published_from_draft_once_it_says_something() {
        let practice = Rules::shipped().unwrap().knowledge;
        let mut draft = article("how_to", "draft", Phase::Draft);
        assert_eq!(practice.advance(&draft, "publish", PersonId(1)).unwrap().name, "published");
        assert_eq!(practice.advance(&draft, "in-review", PersonId(1)).unwrap().name, "in_review");
        draft.body.clear();
        assert_eq!(
            practice.advance(&draft, "published", PersonId(1)).unwrap_err().to_string(),
            "To publish KB-9, give it body"
        );
        assert_eq!(
            practice.advance(&draft, "review_due", PersonId(1)).unwrap_err().to_string(),
            "KB-9 can't go from draft to review_due; from here: in_review, published, retired"
        );
    }

    #[test]
    fn a_policy_is_published_by_somebody_else_after_a_review() {
        let practice = Rules::shipped().unwrap().knowledge;
        let refused = "KB-9: a policy is published by somebody who did not write it last, after it was in review";
        let draft = article("policy", "draft", Phase::Draft);
        assert_eq!(practice.advance(&draft, "publish", PersonId(2)).unwrap_err().to_string(), refused);
        let waiting = article("policy", "in_review", Phase::Review);
        assert_eq!(practice.advance(&waiting, "publish", PersonId(1)).unwrap_err().to_string(), refused);
        assert_eq!(practice.advance(&waiting, "publish", PersonId(2)).unwrap().phase, Phase::Live);
    }

    #[test]
    fn a_life_that_leads_nowhere_is_refused() {
        let shipped = include_str!("../../../assets/defaults/knowledge/types.toml");
        let life = "initial = \"draft\"\ntransition = []\n[[state]]\nname = \"draft\"\nphase = \"draft\"\n";
        assert_eq!(Practice::read(life, shipped).unwrap_err(), "knowledge/lifecycle.toml: no state has the phase live");
    }
}
