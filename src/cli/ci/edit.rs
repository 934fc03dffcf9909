//! `ci new`, `ci set`, `ci unlock`: CIs added and changed.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::ci::words::{Sign, cis, given};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::Desk;
use crate::desk::cmdb::{CiTarget, CmdbCommand, Facts, NewRelation};
use crate::desk::command::Command;
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;

/// What `ci new` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// Its class: server, virtual_machine, licence…
    class: String,
    /// Its name, and its fields and relations: web01 os=Debian runs_on=esx2
    #[arg(value_name = "NAME | FIELD=VALUE", required = true)]
    words: Vec<String>,
}

/// What `ci set` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Set {
    /// CIs, and what to change: esx1 esx2 memory=65536 tag+=spare
    #[arg(value_name = "CI | FIELD=VALUE", required = true)]
    words: Vec<String>,
}

/// What `ci unlock` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Unlock {
    /// The CI
    id: String,
    /// Its fields
    #[arg(value_name = "FIELD", required = true)]
    fields: Vec<String>,
}

pub(super) fn new(globals: &Globals, args: &New) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let model = &reader.rules().cmdb;
    let class = model.classes.find(&args.class).map_err(|error| Failure::from(Refusal::NotFound(error)))?.name.clone();
    let (mut typed, mut relate): (Vec<(&str, &str)>, Vec<NewRelation>) = (Vec::new(), Vec::new());
    for word in &args.words {
        match given(word) {
            None => typed.push(("name", word)),
            Some((name, _, value)) => match (model.field(&class, name), model.relations.find(name)) {
                (Err(_), Ok((kind, reverse))) => {
                    for end in value.split(',').map(str::trim).filter(|end| !end.is_empty()) {
                        relate.push(NewRelation { relation: kind.name.clone(), reverse, to: reader.find_ci(end)? });
                    }
                }
                _ => typed.push((name, value)),
            },
        }
    }
    if typed.iter().filter(|(name, _)| *name == "name").count() > 1 {
        return Err(Failure::usage("a CI has one name; fields are given as field=value"));
    }
    let set = reader.facts(&class, typed)?;
    drop(reader);
    let receipt = desk.execute(Command::Cmdb(CmdbCommand::New { class, set, relate }))?;
    for id in receipt.iter().flat_map(|receipt| &receipt.cis).take(1) {
        println!("{}", id.number());
    }
    Ok(())
}

pub(super) fn set(globals: &Globals, args: &Set) -> Outcome {
    set_words(globals, &args.words)
}

/// Changes the CIs that some of the words name by what the others give.
pub(in crate::cli) fn set_words(globals: &Globals, words: &[String]) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (pairs, named): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| given(word).is_some());
    let on = cis(&desk, &named.into_iter().cloned().collect::<Vec<_>>())?;
    let pairs: Vec<(&str, Sign, &str)> = pairs.into_iter().filter_map(|word| given(word)).collect();
    if pairs.is_empty() {
        return Err(Failure::usage("nothing to set; give field=value, tag+=value or tag-=value"));
    }
    let change = Change::of_all(&desk, &on, &pairs)?;
    let on: Vec<CiTarget> = on.into_iter().map(CiTarget::from).collect();
    desk.execute(Command::Cmdb(CmdbCommand::Edit { on, set: change.set, add: change.add, remove: change.remove }))?;
    Ok(())
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Change {
    set: Facts,
    add: Facts,
    remove: Facts,
}

impl Change {
    /// What the words mean to all of these CIs; refused where they mean different things to different classes.
    fn of_all(desk: &Desk, on: &[CiId], pairs: &[(&str, Sign, &str)]) -> Outcome<Change> {
        let reader = desk.read()?;
        let mut classes: Vec<String> = Vec::new();
        for id in on {
            classes.push(reader.ci(*id)?.class);
        }
        classes.sort();
        classes.dedup();
        // What will be of another class is given fields of that.
        if let Some((_, _, word)) = pairs.iter().rfind(|(name, sign, _)| *name == "class" && *sign == Sign::Set) {
            let class = reader.rules().cmdb.classes.find(word).map_err(|error| Failure::from(Refusal::Rule(error)))?;
            classes = vec![class.name.clone()];
        }
        let mut common: Option<Change> = None;
        for class in &classes {
            let facts = |wanted: Sign| {
                let typed = pairs.iter().filter(|(_, sign, _)| *sign == wanted).map(|(name, _, value)| (*name, *value));
                reader.facts(class, typed)
            };
            let change = Change { set: facts(Sign::Set)?, add: facts(Sign::Add)?, remove: facts(Sign::Remove)? };
            match &common {
                Some(other) if *other != change => {
                    return Err(Failure::rule("these fields differ between the classes; set them class by class"));
                }
                _ => common = Some(change),
            }
        }
        Ok(common.unwrap_or_default())
    }
}

pub(super) fn unlock(globals: &Globals, args: &Unlock) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let ci = reader.ci(reader.find_ci(&args.id)?)?;
    let mut fields = Vec::new();
    for name in &args.fields {
        let field = reader.rules().cmdb.field(&ci.class, name).map_err(Refusal::Rule)?.name().to_owned();
        if !ci.locked.contains(&field) {
            let why = match ci.locked.as_slice() {
                [] => String::from("none of its fields is"),
                locked => format!("what is: {}", locked.join(", ")),
            };
            return Err(Failure::rule(format!("{} {}: {field} is not kept by hand; {why}", ci.id.number(), ci.name)));
        }
        fields.push(Value::from(field));
    }
    drop(reader);
    let remove = Facts::from([(String::from("locked"), fields)]);
    let on = vec![CiTarget::from(ci.id)];
    desk.execute(Command::Cmdb(CmdbCommand::Edit { on, set: Facts::new(), add: Facts::new(), remove }))?;
    Ok(())
}
