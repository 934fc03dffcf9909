#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that can't measure stops, with its reason"
)]
mod desk;
mod words;
fn main() {
    println!("{}", desk::ready(desk::wanted()).display());
}
