//! The articles on which a plan works: as they were, as they are now; the rows follow from the difference.

use std::collections::BTreeSet;

use crate::desk::field::Value;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{Article, ArticleField};
use crate::desk::refusal::Refusal;
use crate::store::batch::{Row, Table, Write, row};
use crate::store::plan::draft::Draft;

/// What belongs to an article as rows of its own: the field, its table and the column.
const LISTS: [(ArticleField, Table, &str); 3] = [
    (ArticleField::Tags, Table::ArticleTag, "name"),
    (ArticleField::Services, Table::ArticleService, "service"),
    (ArticleField::Cis, Table::ArticleCi, "ci"),
];

impl Draft<'_, '_> {
    /// An article as this plan has made it so far.
    pub(super) fn article(&mut self, id: ArticleId) -> Result<Article, Refusal> {
        self.articles.get(id, || self.reader.article(id))
    }

    /// Notes that the plan changes an article or rows of its own.
    pub(super) fn touch_article(&mut self, id: ArticleId) -> Result<(), Refusal> {
        self.article(id)?;
        self.articles.touch(id);
        Ok(())
    }

    /// Adds an article that did not exist.
    pub(super) fn add_article(&mut self, article: Article) {
        self.articles.add(article.id, article);
    }

    /// What an article shall be from here on. The same as it was is no change.
    pub(super) fn put_article(&mut self, article: Article) -> Result<(), Refusal> {
        let id = article.id;
        self.article(id)?;
        self.articles.put(id, article);
        Ok(())
    }

    /// Writes the rows of all articles that changed; says which.
    pub(in crate::store::plan) fn settle_articles(&mut self) -> Result<Vec<ArticleId>, Refusal> {
        let drawn = std::mem::take(&mut self.articles);
        // Rows of other tables name the new ones: they come first.
        let mut first = Vec::new();
        for (id, before, now) in drawn.changed() {
            let mut columns = columns(now);
            columns.extend(row! { "version": self.seq.0 });
            match before {
                None => {
                    columns.extend(row! { "updated": self.moment.now.0, "created": now.created.0 });
                    first.push(Write::Insert { table: Table::Article, id: id.0, row: columns });
                }
                Some(before) => {
                    let old = self::columns(before);
                    columns.retain(|pair| !old.contains(pair));
                    let lists = LISTS.iter().any(|(field, ..)| before.values(*field) != now.values(*field));
                    // Who uses it, links it or says that it helped does not make it younger.
                    if columns.len() > 1 || lists {
                        columns.extend(row! { "updated": self.moment.now.0 });
                    }
                    self.update(Table::Article, id.0, columns);
                }
            }
            for (field, table, column) in LISTS {
                let old = before.map(|before| before.values(field)).unwrap_or_default();
                self.write_list(id, table, column, (&old, &now.values(field)))?;
            }
        }
        self.batch.writes.splice(0..0, first);
        Ok(drawn.changed().map(|(id, ..)| id).collect())
    }

    fn write_list(
        &mut self,
        article: ArticleId,
        table: Table,
        column: &'static str,
        (old, new): (&[Value], &[Value]),
    ) -> Result<(), Refusal> {
        let (old, new): (BTreeSet<&Value>, BTreeSet<&Value>) = (old.iter().collect(), new.iter().collect());
        for gone in old.difference(&new) {
            let sql = format!("SELECT id FROM {} WHERE article = ?1 AND {column} = ?2", table.name());
            for id in self.reader.all(&sql, (article.0, gone), |row| row.get::<_, i64>(0))? {
                self.delete(table, id);
            }
        }
        for come in new.difference(&old) {
            let mut row = row! { "article": article.0 };
            row.push((column.into(), (*come).clone()));
            self.insert(table, row)?;
        }
        Ok(())
    }
}

/// The columns of an article but for its bookkeeping and lists.
fn columns(article: &Article) -> Row {
    let source = article.source.as_ref();
    row! {
        "type": article.kind.as_str(), "state": article.state.as_str(), "phase": article.phase.code(),
        "edition": article.edition, "category": article.category.map(|id| id.0), "owner": article.owner.map(|id| id.0),
        "writer": article.writer.map(|id| id.0), "audience": article.audience.word(),
        "language": article.language.as_str(), "review": article.review.map(|at| at.0),
        "publish_at": article.publish_at.map(|at| at.0), "confirmed": article.confirmed.map(|at| at.0),
        "source": source.map(|(path, _)| path.as_str()), "hash": source.map(|(_, hash)| hash.as_str()),
        "title": article.title.as_str(), "summary": article.summary.as_str(), "body": article.body.as_str(),
    }
}
