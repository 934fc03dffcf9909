//! The words that fill a story's placeholders: the same throughout one ticket, others in the next.

use std::collections::BTreeMap;

use crate::desk::rules::fill;
use crate::desk::time::{DAY, Moment, Timestamp};
use crate::exchange::demo::company::{Asker, Company};

pub(super) struct Words(BTreeMap<&'static str, String>);

const ROLES: [&str; 6] = ["app", "web", "job", "int", "rep", "lab"];
const DATABASES: [&str; 5] = ["sales", "stock", "quality", "timebook", "orders"];
const PORTS: [&str; 4] = ["443", "8443", "5432", "2500"];

impl Words {
    pub(super) fn draw(
        dice: &mut fastrand::Rng,
        company: &Company,
        askers: &[Asker],
        requester: &Asker,
        opened: Timestamp,
        moment: &Moment,
    ) -> Words {
        let site = company.site.iter().find(|site| site.code == requester.site).or(company.site.first());
        let code = requester.site.clone();
        let of = |dice: &mut fastrand::Rng, list: &[&str]| dice.choice(list).map_or("", |word| *word).to_owned();
        let role = of(dice, &ROLES);
        let colleague = dice
            .choice(
                askers
                    .iter()
                    .filter(|other| other.login != requester.login && other.site == requester.site)
                    .collect::<Vec<_>>(),
            )
            .map_or("", |other| other.name.as_str());
        let day = |days: i64| moment.day_of(opened.plus(days * DAY));
        let n = dice.i64(2..=8);
        let known = BTreeMap::from([
            ("site", site.map(|site| site.name.clone()).unwrap_or_default()),
            ("srv", format!("{code}-{role}-0{}", dice.i64(1..=4))),
            ("asset", format!("{code}-nb-0{}", dice.i64(110..=480))),
            ("prt", format!("{code}-prt-{}", dice.i64(11..=38))),
            ("room", format!("{}.{:02}", dice.i64(1..=4), dice.i64(1..=24))),
            ("ip", format!("10.{}.{}.{}", dice.i64(10..=30), dice.i64(1..=40), dice.i64(11..=240))),
            ("db", of(dice, &DATABASES)),
            ("port", of(dice, &PORTS)),
            ("vlan", dice.i64(110..=190).to_string()),
            ("pid", dice.i64(1_200..=28_000).to_string()),
            ("case", dice.i64(100_000..=899_999).to_string()),
            ("pct", dice.i64(91..=97).to_string()),
            ("n", n.to_string()),
            ("nn", dice.i64(12..=48).to_string()),
            ("requester", requester.name.clone()),
            ("first", requester.name.split(' ').next().unwrap_or_default().to_owned()),
            ("login", requester.login.clone()),
            ("dept", requester.department.clone()),
            ("colleague", colleague.to_owned()),
            ("newcomer", dice.choice(&company.newcomers).cloned().unwrap_or_default()),
            ("clock", opened.local(moment.zone).split(' ').nth(1).unwrap_or_default().to_owned()),
            ("date", day(-2).to_string()),
            ("later", day(dice.i64(9..=16)).to_string()),
            ("weekday", day(-dice.i64(1..=3)).format("%A").to_string()),
            ("code", code),
        ]);
        Words(known)
    }

    pub(super) fn fill(&self, text: &str) -> String {
        fill(text.trim(), &|name| self.0.get(name).cloned())
    }
}
