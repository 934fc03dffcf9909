//! Parts of paths as addresses: what would end or part one is written as `%20` is.

/// A part of a path as an address.
#[must_use]
pub fn encoded(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for c in part.chars() {
        if c.is_ascii_whitespace() || c.is_control() || "%?#()<>\\:\"&`|".contains(c) {
            for byte in c.to_string().bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A part of a path as it was before it was [`encoded`]; `None` where it would be no part of one.
#[must_use]
pub fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains(['/', '\0']) && text != "..").then_some(text)
}
