//! Small files through the whole import, onto a real desk.

mod again;
mod first;
mod inventory;
mod output;

use super::*;
use crate::desk::command::Receipt;
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::Number;
use crate::desk::ticket::Ticket;
use crate::desk::time::Timestamp;
use crate::store::{Names, shown};

/// A desk in a folder of its own, beside the files that it imports.
struct Desk {
    store: Store,
    author: Author,
    moment: Moment,
    folder: tempfile::TempDir,
}

/// How an import ended and what it said.
struct Ended {
    code: u8,
    out: String,
    told: String,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let moment = Moment::utc(Timestamp(1_790_000_000_000));
        let store = Store::create(&folder.path().join("ops.desk"), &author, &moment, "ops").unwrap();
        Desk { store, author, moment, folder }
    }

    fn args(&self, name: &str, map: &str) -> Args {
        Args {
            source: SourceFormat::Csv,
            files: vec![self.folder.path().join(name)],
            map: map.to_owned(),
            plan: false,
            dates: None,
            zone: None,
        }
    }

    fn try_run(&mut self, args: &Args) -> Result<Ended, Failure> {
        self.moment.now = self.moment.now.plus(60_000);
        let (mut out, mut told) = (Vec::new(), Vec::new());
        let context = Context {
            store: &mut self.store,
            author: &self.author,
            moment: &self.moment,
            reason: None,
            out: &mut out,
            out_is_terminal: false,
            told: &mut told,
            told_is_terminal: false,
        };
        let code = run(args, context)?;
        Ok(Ended { code, out: String::from_utf8(out).unwrap(), told: String::from_utf8(told).unwrap() })
    }

    /// Imports a table with the map of that name.
    #[track_caller]
    fn import(&mut self, map: &str, table: &str) -> Ended {
        std::fs::write(self.folder.path().join("a.csv"), table).unwrap();
        self.try_run(&self.args("a.csv", map)).unwrap()
    }

    /// What importing it would do.
    #[track_caller]
    fn plan(&mut self, map: &str, table: &str) -> Ended {
        std::fs::write(self.folder.path().join("a.csv"), table).unwrap();
        self.try_run(&Args { plan: true, ..self.args("a.csv", map) }).unwrap()
    }

    #[track_caller]
    fn carry_out(&mut self, command: Command) -> Receipt {
        self.moment.now = self.moment.now.plus(60_000);
        self.store.execute(&Request::new(command), &self.author, &self.moment).unwrap()
    }

    #[track_caller]
    fn set(&mut self, number: &str, field: Field, value: impl Into<Value>) -> Receipt {
        let id = self.ticket(number).id;
        let set = Edit::from([(field, value.into())]);
        self.carry_out(Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() })
    }

    #[track_caller]
    fn ticket(&self, number: &str) -> Ticket {
        let number: Number = number.parse().unwrap();
        self.store.read().unwrap().ticket_numbered(number).unwrap()
    }

    /// Some fields of a ticket as people read them.
    #[track_caller]
    fn card(&self, number: &str, fields: &str) -> String {
        let ticket = self.ticket(number);
        let reader = self.store.read().unwrap();
        let values: Vec<(Field, Value)> =
            fields.split(' ').map(|name| Field::named(name).unwrap()).map(|f| (f, ticket.value(f))).collect();
        let names: Names = reader.names(values.iter().map(|(field, value)| (*field, value))).unwrap();
        let told: Vec<String> =
            values.iter().map(|(field, value)| shown(*field, value, &names, &self.moment)).collect();
        told.join(" | ")
    }

    fn newest(&self) -> i64 {
        self.store.read().unwrap().newest().unwrap().0
    }

    #[track_caller]
    fn undo_newest(&mut self) {
        let seq = self.store.read().unwrap().newest().unwrap();
        self.carry_out(Command::Undo { seq, settled: Vec::new() });
    }

    #[track_caller]
    fn is_whole(&self) {
        assert_eq!(self.store.verify().unwrap(), []);
    }
}

impl Ended {
    /// The line of what was told that begins so.
    #[track_caller]
    fn line(&self, begins: &str) -> &str {
        self.told
            .lines()
            .find(|line| line.starts_with(begins))
            .unwrap_or_else(|| panic!("no '{begins}' in:\n{}", self.told))
    }

    fn summary(&self) -> &str {
        self.line("imported ")
    }
}
