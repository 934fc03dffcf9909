//! An article and its fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::desk::field::Value;
use crate::desk::id::{ArticleId, CategoryId, CiId, PersonId, Seq, ServiceId};
use crate::desk::knowledge::Phase;
use crate::desk::rules::nearest;
use crate::desk::time::Timestamp;

/// Who an article is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Those who work here.
    #[default]
    Staff,
    /// Everybody.
    Everyone,
}

impl Audience {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Audience::Staff => "staff",
            Audience::Everyone => "everyone",
        }
    }

    /// The audience that a word names.
    #[must_use]
    pub fn named(word: &str) -> Option<Audience> {
        match word.trim().to_ascii_lowercase().as_str() {
            "staff" | "internal" => Some(Audience::Staff),
            "everyone" | "everybody" | "public" | "all" => Some(Audience::Everyone),
            _ => None,
        }
    }
}

/// A piece of knowledge, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its row, which is also its number.
    pub id: ArticleId,
    /// The last transaction that touched it.
    pub version: Seq,
    /// When that was.
    pub updated: Timestamp,
    /// When it was first written.
    pub created: Timestamp,
    /// The name of its type.
    pub kind: String,
    /// Where it is in its life.
    pub state: String,
    /// What that amounts to.
    pub phase: Phase,
    /// Its title.
    pub title: String,
    /// What it says, in a sentence or two.
    pub summary: String,
    /// What it is about.
    pub category: Option<CategoryId>,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// Who last changed what it says.
    pub writer: Option<PersonId>,
    /// For whom it is.
    pub audience: Audience,
    /// Its language, as RFC 5646 writes it; empty where nobody said.
    pub language: String,
    /// When somebody shall look whether it still holds.
    pub review: Option<Timestamp>,
    /// When it shall be published by itself.
    pub publish_at: Option<Timestamp>,
    /// When it was last published or found to hold.
    pub confirmed: Option<Timestamp>,
    /// The number of its newest edition; 0 before it was published.
    pub edition: i64,
    /// The file that it was imported from, and a hash of what that said.
    pub source: Option<(String, String)>,
    /// Its tags, in alphabetical order.
    pub tags: Vec<String>,
    /// The services that it is about.
    pub services: Vec<ServiceId>,
    /// The CIs that it is about.
    pub cis: Vec<CiId>,
    /// What it says, in Markdown.
    pub body: String,
}

macro_rules! fields {
    ($($name:ident $word:literal $list:literal $help:literal;)*) => {
        /// A field of an article.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ArticleField {$(#[doc = $help] $name,)*}

        impl ArticleField {
            /// All fields, in the order in which people read them.
            pub const ALL: &[ArticleField] = &[$(ArticleField::$name,)*];

            /// Its name in commands, files and the journal.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(ArticleField::$name => $word,)* }
            }

            /// What it is for.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(ArticleField::$name => $help,)* }
            }

            /// Whether it holds several values.
            #[must_use]
            pub fn is_list(self) -> bool {
                match self { $(ArticleField::$name => $list,)* }
            }
        }
    };
}

fields! {
    Title "title" false "What it is called.";
    Summary "summary" false "What it says, in a sentence or two.";
    Type "type" false "What kind of article it is.";
    Category "category" false "What it is about.";
    Owner "owner" false "Who answers for it.";
    Audience "audience" false "For whom it is: staff or everyone.";
    Language "language" false "Its language: en, de.";
    Tags "tags" true "Words to find it by.";
    Services "services" true "The services that it is about.";
    Cis "cis" true "The CIs that it is about.";
    Review "review" false "When somebody shall look whether it still holds.";
    PublishAt "publish_at" false "When it is published by itself.";
    Source "source" false "The file that it was imported from.";
    Hash "hash" false "A hash of what that file said.";
    Body "body" false "What it says, in Markdown.";
}

impl ArticleField {
    /// The field that a word names; singular and plural alike.
    #[must_use]
    pub fn named(word: &str) -> Option<ArticleField> {
        let word = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        let known = |field: &&ArticleField| field.name() == word || field.name().strip_suffix('s') == Some(&word);
        ArticleField::ALL.iter().find(known).copied()
    }

    /// The field that a word names, or the nearest in a sentence.
    ///
    /// # Errors
    /// That sentence.
    pub fn find(word: &str) -> Result<ArticleField, String> {
        ArticleField::named(word).ok_or_else(|| match nearest(word, ArticleField::ALL.iter().map(|f| f.name())) {
            Some(near) => format!("an article has no field '{word}'; did you mean '{near}'?"),
            None => {
                let names: Vec<&str> = ArticleField::ALL.iter().map(|field| field.name()).collect();
                format!("an article has no field '{word}'; there are {}", names.join(", "))
            }
        })
    }
}

/// Values of fields, as the desk file keeps them: none empties a field, several fill a list.
pub type Content = BTreeMap<ArticleField, Vec<Value>>;

impl Article {
    /// An article that nobody has written anything into yet.
    #[must_use]
    pub fn blank(id: ArticleId, version: Seq, now: Timestamp) -> Article {
        Article {
            id,
            version,
            updated: now,
            created: now,
            kind: String::new(),
            state: String::new(),
            phase: Phase::Draft,
            title: String::new(),
            summary: String::new(),
            category: None,
            owner: None,
            writer: None,
            audience: Audience::Staff,
            language: String::new(),
            review: None,
            publish_at: None,
            confirmed: None,
            edition: 0,
            source: None,
            tags: Vec::new(),
            services: Vec::new(),
            cis: Vec::new(),
            body: String::new(),
        }
    }

    /// What a field holds.
    #[must_use]
    pub fn values(&self, field: ArticleField) -> Vec<Value> {
        let text = |text: &str| if text.is_empty() { Vec::new() } else { vec![Value::from(text)] };
        let int = |number: Option<i64>| number.map(Value::Int).into_iter().collect();
        let source =
            |part: fn(&(String, String)) -> &String| self.source.iter().map(|s| part(s).clone().into()).collect();
        match field {
            ArticleField::Title => text(&self.title),
            ArticleField::Summary => text(&self.summary),
            ArticleField::Type => text(&self.kind),
            ArticleField::Category => int(self.category.map(|id| id.0)),
            ArticleField::Owner => int(self.owner.map(|id| id.0)),
            ArticleField::Audience => text(self.audience.word()),
            ArticleField::Language => text(&self.language),
            ArticleField::Tags => self.tags.iter().map(|tag| tag.as_str().into()).collect(),
            ArticleField::Services => self.services.iter().map(|id| id.0.into()).collect(),
            ArticleField::Cis => self.cis.iter().map(|id| id.0.into()).collect(),
            ArticleField::Review => int(self.review.map(|at| at.0)),
            ArticleField::PublishAt => int(self.publish_at.map(|at| at.0)),
            ArticleField::Source => source(|source| &source.0),
            ArticleField::Hash => source(|source| &source.1),
            ArticleField::Body => text(&self.body),
        }
    }

    /// Puts values into a field without asking any rule; what the field does not take is left out.
    pub fn put(&mut self, field: ArticleField, values: &[Value]) {
        let text = || values.first().and_then(Value::text).unwrap_or_default().to_owned();
        let int = || values.first().and_then(Value::int);
        let ints = || {
            let mut ids: Vec<i64> = values.iter().filter_map(Value::int).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        match field {
            ArticleField::Title => self.title = text(),
            ArticleField::Summary => self.summary = text(),
            ArticleField::Type => self.kind = text(),
            ArticleField::Category => self.category = int().map(CategoryId),
            ArticleField::Owner => self.owner = int().map(PersonId),
            ArticleField::Audience => self.audience = Audience::named(&text()).unwrap_or_default(),
            ArticleField::Language => self.language = text(),
            ArticleField::Tags => {
                self.tags = values.iter().filter_map(Value::text).map(str::to_owned).collect();
                self.tags.sort();
                self.tags.dedup();
            }
            ArticleField::Services => self.services = ints().into_iter().map(ServiceId).collect(),
            ArticleField::Cis => self.cis = ints().into_iter().map(CiId).collect(),
            ArticleField::Review => self.review = int().map(Timestamp),
            ArticleField::PublishAt => self.publish_at = int().map(Timestamp),
            ArticleField::Source => {
                let hash = self.source.take().map(|(_, hash)| hash).unwrap_or_default();
                self.source = Some((text(), hash)).filter(|(path, _)| !path.is_empty());
            }
            ArticleField::Hash => {
                if let Some((_, hash)) = &mut self.source {
                    *hash = text();
                }
            }
            ArticleField::Body => self.body = text(),
        }
    }

    /// What people call it: `KB-9 VPN drops after sleep`.
    #[must_use]
    pub fn called(&self) -> String {
        format!("{} {}", self.id.number(), self.title)
    }

    /// Whether it says something else than another: then it is another edition.
    #[must_use]
    pub fn says_else(&self, other: &Article) -> bool {
        self.title != other.title || self.summary != other.summary || self.body != other.body
    }
}
