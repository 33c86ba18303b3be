//! Amounts of money.

/// đồng in groups of three.
pub(super) fn dong(amount: i64) -> String {
    let plain = amount.to_string();
    let mut text = String::new();
    for (i, c) in plain.chars().enumerate() {
        if i > 0 && (plain.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(c);
    }
    text
}
