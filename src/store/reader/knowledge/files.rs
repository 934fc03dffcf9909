//! The files of articles.

use crate::desk::id::{ArticleId, Seq};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::sheet::Attachment;

/// A file of an article, with the one from which it was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleFile {
    /// The file.
    pub file: Attachment,
    /// The path from which it came, and the checksum of what was there.
    pub source: Option<(String, String)>,
}

impl Reader<'_> {
    /// The files of an article by name, without their contents.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn article_files(&self, id: ArticleId) -> Result<Vec<ArticleFile>, Refusal> {
        self.all(
            "SELECT id, at, name, media, size, sha256, source, taken FROM article_file WHERE article = ?1 ORDER BY name",
            [id.0],
            |row| {
                let source: Option<String> = row.get(6)?;
                let taken: Option<String> = row.get(7)?;
                Ok(ArticleFile {
                    file: Attachment {
                        id: row.get(0)?,
                        at: Timestamp(row.get(1)?),
                        name: row.get(2)?,
                        media: row.get(3)?,
                        size: row.get(4)?,
                        sha256: row.get(5)?,
                    },
                    source: source.map(|source| (source, taken.unwrap_or_default())),
                })
            },
        )
    }

    /// When a file of an article was last changed.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn article_file_changed(&self, article: ArticleId, file: i64) -> Result<Option<Seq>, Refusal> {
        let sql = "SELECT max(seq) FROM change WHERE record = ?1 AND tbl = 'article_file' AND row = ?2";
        Ok(self.one(sql, (article.number(), file), |row| Ok(row.get::<_, Option<i64>>(0)?.map(Seq)))?.flatten())
    }
}
